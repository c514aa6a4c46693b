package emberwall.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureScanTest {
    /** Enabling what was found, again and again, ends with a set in which the module's opcodes all are. */
    @Test
    void findsEverything() throws IOException {
        Map<Feature, Integer> found = new EnumMap<>(Feature.class);
        for (byte[] bytes : SuiteModules.valid("core")) {
            Module module = SuiteModules.parse(bytes);
            Features allowed = new Features(Feature.MVP.bit());
            int last = 0;
            for (FeatureScan.Use use; (use = FeatureScan.first(module, allowed)) != null; ) {
                assertTrue(!allowed.has(use.feature()));
                assertTrue(use.offset() >= last && use.offset() < bytes.length, use::toString);
                last = use.offset();
                found.merge(use.feature(), 1, Integer::sum);
                allowed = allowed.with(use.feature());
            }
            Validator validator = new Validator(module, Limits.DEFAULT, 0);
            for (int function = module.importedFunctions(); function < module.functionCount(); function++) {
                long used = validator.validate(function).features();
                assertEquals(0, used & ~allowed.mask());
            }
            assertEnoughAndNeeded(bytes, allowed);
        }
        // Of 3.0 all but the first version itself.
        assertEquals(Feature.WASM_3 & ~Feature.MVP.bit(), Feature.mask(found.keySet()), found::toString);
    }

    /** A module is accepted with these features, and refused where one of them is not enabled. */
    private static void assertEnoughAndNeeded(byte[] bytes, Features needed) {
        validate(bytes, needed);
        for (Feature feature : Feature.values()) {
            if (needed.has(feature) && feature != Feature.MVP) {
                Features fewer = new Features(needed.mask() & ~feature.bit());
                var refused = assertThrows(MalformedException.class, () -> validate(bytes, fewer), feature::text);
                assertTrue(refused.getMessage().contains("not enabled"), refused.getMessage());
            }
        }
    }

    private static void validate(byte[] bytes, Features features) {
        Validator.validateAll(ModuleParser.parse(bytes, Limits.DEFAULT, features), Limits.DEFAULT, 0, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "core/i32",
        "core/f64",
        "core/conversions",
        "core/loop",
        "core/nop",
    })
    void firstVersionWithMultipleValues(String script) throws IOException {
        Features allowed = new Features(Feature.MVP.bit())
                .with(
                        Feature.SIGN_EXTENSION,
                        Feature.SATURATING_CONVERSIONS,
                        Feature.MULTI_VALUE,
                        Feature.BULK_MEMORY,
                        Feature.REFERENCE_TYPES);
        for (byte[] bytes : SuiteModules.valid(script)) {
            assertNull(FeatureScan.first(SuiteModules.parse(bytes), allowed));
        }
    }

    @Test
    void saysWhatItIsAndWhere() {
        // (module (func (drop (v128.const i64x2 0 0))))
        byte[] bytes = HexFormat.of()
                .parseHex("0061736d01000000" + "010401600000" + "03020100" + "0a170115" + "00" + "fd0c"
                        + "00".repeat(16) + "1a0b");
        FeatureScan.Use use = FeatureScan.first(SuiteModules.parse(bytes), new Features(Feature.MVP.bit()));
        assertNotNull(use);
        assertEquals("v128.const (simd) at offset 0x17", use.toString());
    }
}
