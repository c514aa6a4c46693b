package emberwall.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the validator writes on the way agrees with a slow reading of the same bodies that knows only how blocks nest. */
class SideTableTest {
    /** A block, or a part of one, with what it needs to be branched to. */
    private static final class Block {
        final Opcode opcode;
        final int start;
        final int type;
        final int loop;
        int end;
        /** Where the first else, catch or delegate of the block leads to. */
        int second;

        Block(Opcode opcode, int start, int type, int loop) {
            this.opcode = opcode;
            this.start = start;
            this.type = type;
            this.loop = loop;
        }
    }

    /** An entry as it should be; the target is known once all blocks have ended. */
    private record Expected(Block block, boolean toSecond, int carried) {}

    private Module module;
    private final List<Expected> entries = new ArrayList<>();
    private final Map<Integer, Integer> entriesBefore = new HashMap<>();
    private final List<long[]> loops = new ArrayList<>();
    private final Deque<Block> open = new ArrayDeque<>();
    private int checked;

    @ParameterizedTest
    @ValueSource(strings = {"core", "legacy"})
    void ofTheSuite(String group) throws IOException {
        for (byte[] bytes : SuiteModules.valid(group)) {
            check(bytes);
        }
        assertTrue(checked > 0);
    }

    @Test
    void ofPrograms() throws IOException {
        for (byte[] bytes : SuiteModules.programs()) {
            if (bytes.length < 2_000_000) {
                check(bytes);
            }
        }
        assertTrue(checked > 50_000);
    }

    private void check(byte[] bytes) {
        module = SuiteModules.parse(bytes);
        Validator validator = new Validator(module, Limits.DEFAULT, Validator.SIDE_TABLE | Validator.LOOPS);
        for (int function = module.importedFunctions(); function < module.functionCount(); function++) {
            FunctionInfo info = validator.validate(function);
            read(function, info.codeOffset());
            compareEntries(info);
            compareLoops(info);
        }
    }

    private void compareEntries(FunctionInfo info) {
        int[] written = info.sideTable().entries();
        assertEquals(entries.size(), info.sideTable().count());
        for (int i = 0; i < entries.size(); i++) {
            Expected expected = entries.get(i);
            Block block = expected.block();
            int target = expected.toSecond() ? block.second : block.opcode == Opcode.LOOP ? block.start : block.end;
            int at = i * SideTable.ENTRY;
            assertEquals(target, written[at + SideTable.TARGET]);
            assertEquals(
                    entriesBefore.get(target) * SideTable.ENTRY,
                    written[at + SideTable.NEXT],
                    "entry " + i + " of function " + info.function());
            assertEquals(expected.carried(), written[at + SideTable.CARRIED]);
            assertTrue(written[at + SideTable.HEIGHT] >= 0);
            assertTrue(written[at + SideTable.HEIGHT] <= info.maximumHeight());
            checked++;
        }
    }

    private void compareLoops(FunctionInfo info) {
        assertEquals(loops.size(), info.loops().count());
        for (int i = 0; i < loops.size(); i++) {
            assertEquals(loops.get(i)[0], info.loops().locals(i));
            assertEquals(loops.get(i)[1], info.loops().writtenLocals(i));
            assertEquals(loops.get(i)[2] != 0, info.loops().hasCalls(i));
            assertEquals(loops.get(i)[3] == 0, info.loops().isInnermost(i));
        }
    }

    private void read(int function, int offset) {
        entries.clear();
        entriesBefore.clear();
        loops.clear();
        BodyReader in = new BodyReader(module.bytes(), offset, module.bodyEnd(function));
        Block whole = new Block(Opcode.BLOCK, offset, module.functionTypeIndex(function), -1);
        whole.end = in.limit();
        open.push(whole);
        while (in.hasMore()) {
            entriesBefore.put(in.position(), entries.size());
            instruction(in);
        }
        entriesBefore.put(in.position(), entries.size());
        assertTrue(open.isEmpty());
    }

    private void instruction(BodyReader in) {
        int at = in.position();
        Opcode opcode = in.opcode();
        int immediates = in.position();
        switch (opcode) {
            case BLOCK, LOOP, IF, TRY -> begin(opcode, in);
            case TRY_TABLE -> tryTable(in);
            case ELSE, CATCH, CATCH_ALL -> {
                in.skip(opcode.immediate());
                part(opcode, opcode == Opcode.ELSE ? in.position() : at);
            }
            case DELEGATE -> {
                Block block = open.pop();
                in.u32();
                block.second = block.second == 0 ? at : block.second;
                block.end = in.position();
            }
            case END -> {
                Block block = open.pop();
                block.end = in.position();
                patchSecond(block, block.end);
            }
            case BR, BR_IF, BR_ON_NULL, BR_ON_NON_NULL -> branch(in.u32());
            case BR_ON_CAST, BR_ON_CAST_FAIL -> {
                in.u8();
                branch(in.u32());
                in.position(immediates);
                in.skip(opcode.immediate());
            }
            case BR_TABLE -> {
                for (int i = in.count(); i >= 0; i--) {
                    branch(in.u32());
                }
            }
            case LOCAL_GET, LOCAL_SET, LOCAL_TEE -> touch(in.u32(), opcode != Opcode.LOCAL_GET);
            default -> {
                if (opcode.meaning().equals(Meaning.INVOCATION)) {
                    for (Block block : open) {
                        if (block.loop >= 0) {
                            loops.get(block.loop)[2] = 1;
                        }
                    }
                }
                in.skip(opcode.immediate());
            }
        }
    }

    private void begin(Opcode opcode, BodyReader in) {
        int type = in.blockType();
        int loop = -1;
        if (opcode == Opcode.LOOP) {
            for (Block block : open) {
                if (block.loop >= 0) {
                    loops.get(block.loop)[3] = 1;
                }
            }
            loop = loops.size();
            loops.add(new long[4]);
        }
        Block block = new Block(opcode, in.position(), type, loop);
        open.push(block);
        if (opcode == Opcode.IF || opcode == Opcode.TRY) {
            entries.add(new Expected(block, true, opcode == Opcode.IF ? parameters(type) : 0));
        }
    }

    private void tryTable(BodyReader in) {
        int type = in.blockType();
        for (int i = in.count(); i > 0; i--) {
            if (in.u8() < 2) {
                in.u32();
            }
            branch(in.u32());
        }
        open.push(new Block(Opcode.TRY_TABLE, in.position(), type, -1));
    }

    /** Parts follow each other: each begins where the entry of the part before leads to. */
    private void part(Opcode opcode, int target) {
        Block block = open.peek();
        entries.add(new Expected(block, false, results(block.type)));
        patchSecond(block, target);
        if (opcode != Opcode.ELSE) {
            Block following = new Block(block.opcode, block.start, block.type, -1);
            following.second = -1;
            entries.add(new Expected(following, true, 0));
            open.pop();
            // Branches to the block keep leading to one end.
            open.push(block);
            waiting.put(block, following);
        } else {
            waiting.remove(block);
        }
    }

    /** For a block with handlers: the latest part, whose entry leads to the next one. */
    private final Map<Block, Block> waiting = new HashMap<>();

    private void patchSecond(Block block, int target) {
        Block latest = waiting.remove(block);
        if (latest != null) {
            latest.second = target;
        } else if (block.second == 0) {
            block.second = target;
        }
    }

    private void branch(int label) {
        int i = 0;
        for (Block block : open) {
            if (i++ == label) {
                int carried = block.opcode == Opcode.LOOP ? parameters(block.type) : results(block.type);
                entries.add(new Expected(block, false, carried));
                return;
            }
        }
        throw new AssertionError("no label " + label);
    }

    private void touch(int local, boolean write) {
        if (local < 64) {
            for (Block block : open) {
                if (block.loop >= 0) {
                    loops.get(block.loop)[0] |= 1L << local;
                    loops.get(block.loop)[1] |= write ? 1L << local : 0;
                }
            }
        }
    }

    private int parameters(int type) {
        return type < 0 ? 0 : module.types().parameterCount(type);
    }

    private int results(int type) {
        return type >= 0 ? module.types().resultCount(type) : type == BodyReader.EMPTY_BLOCK ? 0 : 1;
    }
}
