package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.wasm.Features;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a compiler does not know is refused by name, whoever asks for code; the module can be looked at all the same. */
class UnsupportedFeatureTest {
    private final NativeEngine engine =
            (NativeEngine) Engine.start(Config.builder().tier(Tier.BASELINE).build());

    @AfterEach
    void close() {
        engine.close();
    }

    /** As a compiler would have it that knows no vectors and no exceptions. */
    private NativeModule module(String text) {
        ValidModule module = ValidModule.ofText("(module " + text + ")", Config.DEFAULT);
        return new NativeModule(engine, module, Features.parse("-simd,-relaxed-simd,-exceptions"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(func (export \"f\") (drop (v128.const i64x2 0 0))) | v128.const (simd) at offset 0x1e",
                "(func (export \"f\") (local v128)) | v128 (simd) at offset 0x1f",
                "(func (export \"f\")) (global v128 (v128.const i64x2 0 0)) | v128 (simd) at offset 0x15",
                "(func (export \"f\")) (tag) | tag (exceptions) at offset 0x15",
            })
    void whatIsNotKnownIsRefusedByName(String text, String missing) {
        try (NativeModule module = module(text)) {
            assertEquals(missing, module.unsupported());
            assertEquals("f", module.exports().getFirst().name());
            Executable[] wishes = {module::instantiate, module::compileAll, () -> module.inspect(0)};
            for (Executable wish : wishes) {
                var refused = assertThrows(UnsupportedFeatureException.class, wish);
                assertTrue(refused.getMessage().endsWith(": " + missing), refused.getMessage());
            }
        }
    }

    @Test
    void whatIsKnownRuns() {
        try (NativeModule module = module("(func (export \"f\") (result i32) (i32.const 42))")) {
            assertNull(module.unsupported());
            assertEquals(42, module.instantiate().function("f").call());
            assertNotNull(module.inspect(0));
        }
    }
}
