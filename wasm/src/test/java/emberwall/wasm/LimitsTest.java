package emberwall.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.WasmBuilder;
import emberwall.testing.WasmBuilder.Code;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each limit is kept: as many as it says are accepted, one more is refused as beyond a limit. */
class LimitsTest {
    private static final int[] NONE = {};

    @ParameterizedTest
    @EnumSource(Limit.class)
    void oneMoreIsTooMany(Limit limit) {
        byte[] bytes = module(limit, 7);
        int most = limit == Limit.MODULE_BYTES ? bytes.length : limit == Limit.FUNCTION_BYTES ? bodyBytes(bytes) : 7;
        read(bytes, Limits.UNLIMITED);
        read(bytes, Limits.UNLIMITED.with(limit, most));
        LimitException refused =
                assertThrows(LimitException.class, () -> read(bytes, Limits.UNLIMITED.with(limit, most - 1)));
        assertEquals(
                "implementation limit: " + most + " " + limit.text() + ", at most " + (most - 1), refused.problem());
    }

    @Test
    void aCountThatLiesIsMalformedAndNotALimit() {
        byte[] bytes = {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 5, -1, -1, -1, -1, 15};
        assertThrows(MalformedException.class, () -> read(bytes, Limits.DEFAULT));
    }

    @Test
    void parametersCountAsLocals() {
        WasmBuilder builder = new WasmBuilder();
        Code end = WasmBuilder.code().end();
        builder.function(builder.type(ints(400), NONE), ints(49_600), end);
        read(builder.build(), Limits.DEFAULT);
        builder.function(builder.type(ints(400), NONE), ints(49_601), end);
        LimitException refused = assertThrows(LimitException.class, () -> read(builder.build(), Limits.DEFAULT));
        assertTrue(refused.getMessage().startsWith("implementation limit: 50001 locals"), refused::getMessage);
    }

    private static void read(byte[] bytes, Limits limits) {
        Validator.validateAll(ModuleParser.parse(bytes, limits, Features.ALL), limits);
    }

    private static int bodyBytes(byte[] bytes) {
        Module module = SuiteModules.parse(bytes);
        return module.bodyEnd(0) - module.bodyOffset(0);
    }

    private static int[] ints(int count) {
        int[] types = new int[count];
        Arrays.fill(types, WasmBuilder.I32);
        return types;
    }

    /** A module with so many of what is limited. */
    private static byte[] module(Limit limit, int count) {
        WasmBuilder builder = new WasmBuilder();
        Code end = WasmBuilder.code().end();
        int type = limit == Limit.TYPES ? -1 : builder.type(NONE, NONE);
        switch (limit) {
            case RECURSION_GROUP_TYPES -> {
                return section(1, "01 4E 07" + " 60 00 00".repeat(count));
            }
            case SUBTYPING_DEPTH -> {
                StringBuilder types = new StringBuilder("08 50 00 60 00 00");
                for (int i = 0; i < count; i++) {
                    types.append(" 50 01 0").append(i).append(" 60 00 00");
                }
                return section(1, types.toString());
            }
            case STRUCT_FIELDS -> {
                return section(1, "01 5F 07" + " 7F 00".repeat(count));
            }
            case TAGS -> {
                return concat(section(1, "01 60 00 00"), section(13, "07" + " 00 00".repeat(count)));
            }
            case TABLES -> {
                return section(4, "07" + " 70 00 00".repeat(count));
            }
            case MEMORIES -> {
                return section(5, "07" + " 00 00".repeat(count));
            }
            case ELEMENT_SEGMENTS -> {
                return section(9, "07" + " 01 00 00".repeat(count));
            }
            case SEGMENT_ELEMENTS -> {
                return section(9, "01 05 70 07" + " D0 70 0B".repeat(count));
            }
            case DATA_SEGMENTS -> {
                return section(11, "07" + " 01 00".repeat(count));
            }
            case CUSTOM_SECTIONS -> {
                byte[] sections = section(0, "00");
                for (int i = 1; i < count; i++) {
                    sections = concat(sections, section(0, "01 41"));
                }
                return sections;
            }
            case NEW_FIXED_OPERANDS -> {
                return concat(
                        section(1, "02 5E 7F 00 60 00 00"),
                        section(3, "01 01"),
                        section(10, "01 15 00" + " 41 00".repeat(count) + " FB 08 00 07 1A 0B"));
            }
            case TYPES -> {
                for (int i = 0; i < count; i++) {
                    builder.type(ints(i), NONE);
                }
            }
            case PARAMETERS -> builder.type(ints(count), NONE);
            case RESULTS -> builder.type(NONE, ints(count));
            case LOCALS -> builder.function(type, ints(count), end);
            case FUNCTIONS -> {
                builder.importFunction("m", "f", type);
                for (int i = 1; i < count; i++) {
                    builder.function(type, NONE, end);
                }
            }
            case IMPORTS -> {
                for (int i = 0; i < count; i++) {
                    builder.importFunction("m", "f", type);
                }
            }
            case EXPORTS -> {
                builder.function(type, NONE, end);
                for (int i = 0; i < count; i++) {
                    builder.exportFunction("f" + i, 0);
                }
            }
            case GLOBALS -> {
                builder.importGlobal("m", "g", WasmBuilder.I32, false);
                for (int i = 1; i < count; i++) {
                    builder.global(
                            WasmBuilder.I32, false, WasmBuilder.code().i32(1).end());
                }
            }
            case OPERANDS -> {
                Code body = WasmBuilder.code();
                for (int i = 0; i < count; i++) {
                    body.i32(1);
                }
                builder.function(type, NONE, body.op(0x0F).end());
            }
            case MODULE_BYTES, FUNCTION_BYTES -> builder.function(type, NONE, end);
            default -> throw new AssertionError("no module for " + limit);
        }
        return builder.build();
    }

    private static byte[] section(int id, String content) {
        String[] parts = content.split(" ");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, (byte) id, (byte) parts.length});
        for (String part : parts) {
            out.write(Integer.parseInt(part, 16));
        }
        return out.toByteArray();
    }

    /** One module with the sections of several. */
    private static byte[] concat(byte[]... modules) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(modules[0], 0, 8);
        for (byte[] module : modules) {
            out.write(module, 8, module.length - 8);
        }
        return out.toByteArray();
    }
}
