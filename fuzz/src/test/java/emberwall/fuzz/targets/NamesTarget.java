package emberwall.fuzz.targets;

import emberwall.wasm.MalformedException;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Names;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Names: whatever a name section holds, it is read as far as it can be; UTF-8 is what Java says it is. */
public final class NamesTarget {
    /** Three functions without parameters, results or instructions. */
    private static final byte[] FUNCTIONS = {
        0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 4, 3, 0, 0, 0, 10, 10, 3, 2, 0, 11, 2, 0, 11, 2, 0, 11
    };

    private static final byte[] NAME = {4, 'n', 'a', 'm', 'e'};

    private NamesTarget() {}

    /** The bytes are the content of a name section, and a name. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        read(ModuleParser.parse(custom(NAME, bytes)).names());
        readName(bytes);
    }

    private static void read(Names names) {
        names.module();
        for (int function = -1; function < 4; function++) {
            names.function(function);
            for (int local = -1; local < 3; local++) {
                names.local(function, local);
            }
        }
        if (names.functions() > 3) {
            throw new AssertionError(names.functions() + " names for three functions");
        }
    }

    private static void readName(byte[] bytes) {
        String found;
        try {
            ByteArrayOutputStream length = new ByteArrayOutputStream();
            writeU32(length, bytes.length);
            Module module = ModuleParser.parse(custom(length.toByteArray(), bytes));
            found = module.customSections().getFirst().name();
        } catch (MalformedException malformed) {
            found = null;
        }
        String expected;
        try {
            expected = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            expected = null;
        }
        if (expected == null ? found != null : !expected.equals(found)) {
            throw new AssertionError("a name read as \"" + found + "\", which is \"" + expected + "\"");
        }
    }

    /** The functions with a custom section behind them that begins and ends so. */
    private static byte[] custom(byte[] begin, byte[] end) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(FUNCTIONS);
        out.write(0);
        writeU32(out, begin.length + end.length);
        out.writeBytes(begin);
        out.writeBytes(end);
        return out.toByteArray();
    }

    private static void writeU32(ByteArrayOutputStream out, int value) {
        int rest = value;
        for (; rest > 0x7F; rest >>>= 7) {
            out.write(rest & 0x7F | 0x80);
        }
        out.write(rest);
    }
}
