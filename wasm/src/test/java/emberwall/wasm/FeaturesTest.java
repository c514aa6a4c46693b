package emberwall.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.wasm.text.WatParser;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Features by their names. */
class FeaturesTest {
    @Test
    void wordsChangeWhatStandsBefore() {
        assertEquals(Features.WASM_3.with(Feature.THREADS), Features.parse("threads"));
        assertEquals(Features.WASM_3, Features.parse("threads,-threads"));
        assertEquals(Features.ALL, Features.parse("-simd,all"));
        assertEquals(new Features(Feature.ALL & ~Feature.GC.bit()), Features.parse("all,-gc"));
        assertEquals(new Features(Feature.mask(Feature.MVP, Feature.MULTI_VALUE)), Features.parse("1.0,multi-value"));
        assertEquals(Features.WASM_3, Features.parse("1.0,3.0"));
        for (Feature feature : Feature.values()) {
            if (feature != Feature.MVP)
                assertTrue(Features.parse("1.0," + feature.text()).has(feature));
        }
    }

    @Test
    void otherWordsAreRefused() {
        for (String wrong : new String[] {"", "simd,", "SIMD", "-all", "--simd", "mvp", "-mvp"}) {
            String message = assertThrows(IllegalArgumentException.class, () -> Features.parse(wrong))
                    .getMessage();
            assertTrue(message.contains(" is not one of all, 3.0, 1.0, mutable-globals, "), message);
        }
    }

    @Test
    void whatIsTakenAwayIsRefused() {
        byte[] module = WatParser.parse(
                        "(module (func (drop (v128.const i64x2 1 2))))".getBytes(StandardCharsets.UTF_8))
                .bytes();
        Validator.validateAll(ModuleParser.parse(module, Limits.DEFAULT, Features.WASM_3), Limits.DEFAULT, 0, 1);
        assertThrows(
                ModuleException.class,
                () -> Validator.validateAll(
                        ModuleParser.parse(module, Limits.DEFAULT, Features.parse("-simd")), Limits.DEFAULT, 0, 1));
    }
}
