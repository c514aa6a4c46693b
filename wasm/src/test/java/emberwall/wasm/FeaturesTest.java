package emberwall.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.wasm.text.WatParser;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "simd            | (func (drop (v128.const i64x2 1 2)))",
                "simd            | (func (local v128))",
                "simd            | (func (param v128))",
                "multi-value     | (func (result i32 i32) (i32.const 1) (i32.const 2))",
                "multi-value     | (func (i32.const 1) (block (param i32) (drop)))",
                "multi-memory    | (memory 1) (memory 1)",
                "mutable-globals | (global (export \"g\") (mut i32) (i32.const 0))",
                "extended-const  | (global i32 (i32.add (i32.const 1) (i32.const 2)))",
                "bulk-memory     | (memory 1) (data \"passive\")",
                "reference-types | (func (param externref))",
                "reference-types | (table 1 funcref) (table 1 funcref)",
                "gc              | (func (local anyref))",
                "gc              | (func (drop (ref.null any)))",
                "gc              | (func (block (result anyref) (unreachable)) (drop))",
                "gc              | (type (struct))",
                "exceptions      | (func (local exnref))",
            })
    void whatIsTakenAwayIsRefused(String feature, String fields) {
        byte[] module = WatParser.parse(("(module " + fields + ")").getBytes(StandardCharsets.UTF_8))
                .bytes();
        Validator.validateAll(ModuleParser.parse(module, Limits.DEFAULT, Features.WASM_3), Limits.DEFAULT, 0, 1);
        String message = assertThrows(
                        MalformedException.class,
                        () -> Validator.validateAll(
                                ModuleParser.parse(module, Limits.DEFAULT, Features.parse("-" + feature)),
                                Limits.DEFAULT,
                                0,
                                1))
                .getMessage();
        assertTrue(message.contains(" needs " + feature + ", which is not enabled (at offset 0x"), message);
    }
}
