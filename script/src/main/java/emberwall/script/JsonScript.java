package emberwall.script;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import emberwall.wasm.ValueType;
import emberwall.wasm.text.Script;
import emberwall.wasm.text.Script.Action;
import emberwall.wasm.text.Script.Command;
import emberwall.wasm.text.Script.Failure;
import emberwall.wasm.text.Script.Refusal;
import emberwall.wasm.text.ScriptModule;
import emberwall.wasm.text.ScriptValue;
import java.io.IOException;
import java.io.Reader;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the JSON form of a script, as {@code wasm-tools json-from-wast} and WABT's {@code wast2json} write it: a file of
 * commands, and the modules in files beside it, which are read when they are wanted.
 */
public final class JsonScript {
    private final Path directory;

    private JsonScript(Path directory) {
        this.directory = directory;
    }

    /**
     * Reads a script.
     *
     * @param name what reports shall call it
     * @throws IOException if it cannot be read, is no script, or nests deeper or is larger than there is memory for
     */
    public static Script read(String name, Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file)) {
            JsonObject root = JsonParser.parseReader(reader).getAsJsonObject();
            Path directory = file.toAbsolutePath().getParent();
            return new Script(name, new JsonScript(directory).commands(root.getAsJsonArray("commands")));
        } catch (JsonParseException | IllegalStateException | ClassCastException wrong) {
            throw new IOException(file + " is no script in JSON form: " + wrong.getMessage(), wrong);
        } catch (OutOfMemoryError | StackOverflowError full) {
            throw new IOException(file + " needs more memory than there is: " + full.getMessage(), full);
        } catch (NullPointerException | IllegalArgumentException wrong) {
            throw new IOException(file + " lacks what every script in JSON form has: " + wrong.getMessage(), wrong);
        }
    }

    private List<Command> commands(JsonArray array) {
        var commands = new ArrayList<Command>(array.size());
        for (JsonElement element : array) {
            JsonObject json = element.getAsJsonObject();
            commands.add(command(json, string(json, "type"), json.get("line").getAsInt()));
        }
        return commands;
    }

    private Command command(JsonObject json, String type, int line) {
        switch (type) {
            case "module":
                return new Script.ModuleCommand(line, string(json, "name"), module(json));
            case "module_definition":
                return new Script.ModuleDefinition(line, string(json, "name"), module(json));
            case "module_instance":
                return new Script.ModuleInstance(line, string(json, "instance"), string(json, "module"));
            case "register":
                return new Script.Register(line, string(json, "as"), string(json, "name"));
            case "action":
                return new Script.Perform(line, action(json));
            case "assert_return":
                return new Script.AssertReturn(line, action(json), values(json.getAsJsonArray("expected")));
            case "thread":
                String shared = string(json, "shared_module");
                return new Script.StartThread(
                        line,
                        string(json, "name"),
                        shared == null ? List.of() : List.of(shared),
                        commands(json.getAsJsonArray("commands")));
            case "wait":
                return new Script.WaitForThread(line, string(json, "thread"));
            default:
                return assertion(json, type, line);
        }
    }

    private Command assertion(JsonObject json, String type, int line) {
        String text = json.has("text") ? string(json, "text") : "";
        for (Failure failure : Failure.values()) {
            if (failure.keyword().equals(type)) {
                return new Script.AssertFailure(line, failure, action(json), text);
            }
        }
        for (Refusal refusal : Refusal.values()) {
            if (refusal.keyword().equals(type)) {
                return new Script.AssertRefusal(line, refusal, module(json), text);
            }
        }
        throw new IllegalArgumentException("no command is called " + type);
    }

    private ScriptModule module(JsonObject json) {
        Path file = directory.resolve(string(json, "filename"));
        return "text".equals(string(json, "module_type"))
                ? ScriptFile.quoted(file)
                : ScriptModule.binary(() -> ScriptFile.bytes(file));
    }

    private static Action action(JsonObject command) {
        JsonObject json = command.getAsJsonObject("action");
        String instance = string(json, "module");
        String field = string(json, "field");
        return "get".equals(string(json, "type"))
                ? new Script.Get(instance, field)
                : new Script.Invoke(instance, field, values(json.getAsJsonArray("args")));
    }

    // --- values

    private static List<ScriptValue> values(JsonArray array) {
        var values = new ArrayList<ScriptValue>();
        for (JsonElement element : array) {
            values.add(value(element.getAsJsonObject()));
        }
        return values;
    }

    private static ScriptValue value(JsonObject json) {
        String type = string(json, "type");
        return switch (type) {
            case "i32", "i64", "f32", "f64" -> number(numberType(type), string(json, "value"));
            case "v128" -> vector(numberType(string(json, "lane_type")), json.getAsJsonArray("value"));
            case "either" -> new ScriptValue.Either(values(json.getAsJsonArray("values")));
            default -> reference(type, string(json, "value"));
        };
    }

    private static int numberType(String type) {
        return switch (type) {
            case "i8" -> ValueType.I8;
            case "i16" -> ValueType.I16;
            case "i32" -> ValueType.I32;
            case "i64" -> ValueType.I64;
            case "f32" -> ValueType.F32;
            case "f64" -> ValueType.F64;
            default -> throw new IllegalArgumentException("no number type is called " + type);
        };
    }

    /** Integers are decimal, signed or not; floats are the bits in decimal. */
    private static ScriptValue number(int type, String text) {
        switch (text) {
            case "nan:canonical":
                return new ScriptValue.Nan(type, true);
            case "nan:arithmetic":
                return new ScriptValue.Nan(type, false);
            default:
                long bits = new BigInteger(text).longValue();
                int width = 8 * ValueType.sizeBytes(type);
                return new ScriptValue.Scalar(type, width == 64 ? bits : bits & (1L << width) - 1);
        }
    }

    private static ScriptValue vector(int laneType, JsonArray array) {
        var lanes = new ArrayList<ScriptValue>();
        for (JsonElement lane : array) {
            lanes.add(number(laneType, lane.getAsString()));
        }
        return new ScriptValue.Vector(laneType, lanes);
    }

    private static ScriptValue reference(String type, String value) {
        if (type.equals("refnull")) {
            return new ScriptValue.Null(ValueType.BOTTOM);
        }
        int heapType = heapType(type);
        boolean bottom = type.startsWith("null");
        if (bottom || "null".equals(value)) {
            return new ScriptValue.Null(heapType);
        }
        if (value == null) {
            return new ScriptValue.AnyReference(heapType);
        }
        return new ScriptValue.HostReference(heapType == ValueType.ANY, Integer.parseUnsignedInt(value));
    }

    private static int heapType(String type) {
        return switch (type) {
            case "funcref" -> ValueType.FUNC;
            case "externref" -> ValueType.EXTERN;
            case "anyref" -> ValueType.ANY;
            case "eqref" -> ValueType.EQ;
            case "i31ref" -> ValueType.I31;
            case "structref" -> ValueType.STRUCT;
            case "arrayref" -> ValueType.ARRAY;
            case "exnref" -> ValueType.EXN;
            case "nullref" -> ValueType.NONE;
            case "nullfuncref" -> ValueType.NOFUNC;
            case "nullexternref" -> ValueType.NOEXTERN;
            case "nullexnref" -> ValueType.NOEXN;
            default -> throw new IllegalArgumentException("no type is called " + type);
        };
    }

    private static String string(JsonObject json, String name) {
        JsonElement element = json.get(name);
        return element == null ? null : element.getAsString();
    }
}
