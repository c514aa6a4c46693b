package emberwall.codegen.alloc;

import emberwall.codegen.Convention;
import java.util.Arrays;

/**
 * Instructions on virtual registers, in SSA form: each virtual register is defined once, as a block's parameter or by an
 * instruction. Blocks, instructions and operands are numbered in the order in which they were made, which is the order of the
 * code; none leads back to the first block. No edge leads from a block with several successors to one with several predecessors,
 * but for those to handlers, which are reached by nothing else and have no parameters. A block's last instruction, behind which
 * nothing can stand, has no operands if its successor has other predecessors.
 *
 * <p>What the instructions are is their maker's business: an opcode and a payload, which nobody here looks at.
 *
 * <pre>{@code
 * int b = code.block(depth, cold);          a block begins
 * int p = code.parameter(Convention.INT);   it has a parameter
 * code.begin(ADD, 0);                       dst = add x, y on a machine whose add overwrites x:
 * code.use(x, REGISTER);
 * code.use(y, ANY);
 * code.define(dst, REUSE, 0);
 * code.begin(JUMP, 0);
 * code.edge(loop, dst);                     the last instruction names the successors and what their parameters become
 * }</pre>
 */
public final class Code {
    /** Physical registers: 0 to 15 hold integers, 16 to 31 floats and vectors. Above are virtual ones. */
    public static final int FIRST_VIRTUAL = 32;
    /** The first physical register for floats and vectors. */
    public static final int FLOATS = 16;
    /** All physical registers as a mask. */
    public static final long ALL = 0xFFFF_FFFFL;

    // Where an operand may be.
    /** In a register of its class, or in its slot. */
    public static final int ANY = 0;
    /** In a register of its class. */
    public static final int REGISTER = 1;
    /** In one physical register, the detail. */
    public static final int FIXED = 2;
    /** Of a definition: in the register of the use with this number among the instruction's operands, the detail. */
    public static final int REUSE = 3;

    // What an operand is.
    /** Read before anything is written: its place may be that of a definition. */
    public static final int USE = 0;
    /** Read until the instruction is through: its place is that of no definition and no temporary. */
    public static final int LATE_USE = 1;
    /** Written when all uses but late ones were read. */
    public static final int DEFINE = 2;
    /** Written while uses are still read: its place is that of no use. */
    public static final int EARLY_DEFINE = 3;
    /** A register to spoil, that of no other operand. It has no value before or after. */
    public static final int TEMPORARY = 4;

    private static final int[] NO_VALUES = {};

    private static final int ROLE_SHIFT = 4;
    private static final int DETAIL_SHIFT = 8;

    // ---- virtual registers: class, whether references, how to make anew
    private byte[] registerClass = new byte[64];
    private boolean[] reference = new boolean[64];
    /** Opcode + 1 and payload of the instruction that makes the value anew, or 0. */
    private int[] remakeOpcode = new int[64];

    private int[] remakePayload = new int[64];
    private int registers;

    // ---- blocks
    private int blocks;
    private int[] firstInstruction = new int[17];
    private int[] firstParameter = new int[17];
    private int[] parameters = new int[16];
    private int parameterCount;
    private int[] depth = new int[16];
    private boolean[] cold = new boolean[16];
    private int[] firstEdge = new int[17];

    // ---- edges, in order of the blocks that they leave
    private int edges;
    private int[] edgeTarget = new int[16];
    private boolean[] edgeToHandler = new boolean[16];
    private int[] firstArgument = new int[17];
    private int[] arguments = new int[16];
    private int argumentCount;

    // ---- instructions
    private int instructions;
    private int[] opcode = new int[64];
    private int[] payload = new int[64];
    private long[] clobbers = new long[64];
    private boolean[] safepoint = new boolean[64];
    /** Where its operands may be: a bit for each of {@link #ANY} and so on. */
    private byte[] wheres = new byte[64];

    private int[] firstOperand = new int[65];

    // ---- operands
    private int operands;
    private int[] operandRegister = new int[128];
    private int[] operandKind = new int[128];

    private int reservedWords;

    /** Forgets everything, for the next function. */
    public void reset() {
        registers = 0;
        blocks = 0;
        parameterCount = 0;
        edges = 0;
        argumentCount = 0;
        instructions = 0;
        operands = 0;
        reservedWords = 0;
        firstInstruction[0] = 0;
        firstParameter[0] = 0;
        firstEdge[0] = 0;
        firstArgument[0] = 0;
        firstOperand[0] = 0;
    }

    // ---- making

    /** Makes room for so many instructions and operands at once. */
    public void expect(int moreInstructions, int moreOperands) {
        if (instructions + moreInstructions > opcode.length) {
            growInstructions((instructions + moreInstructions) * 5 / 4);
        }
        if (operands + moreOperands > operandRegister.length) {
            growOperands((operands + moreOperands) * 5 / 4);
        }
    }

    /**
     * A new virtual register.
     *
     * @param valueClass {@link Convention#INT}, {@link Convention#FLOAT} or {@link Convention#VECTOR}
     * @return its number, from {@link #FIRST_VIRTUAL} on
     */
    public int register(int valueClass) {
        if (registers == registerClass.length) {
            growRegisters(registers * 2);
        }
        registerClass[registers] = (byte) valueClass;
        reference[registers] = false;
        remakeOpcode[registers] = 0;
        return FIRST_VIRTUAL + registers++;
    }

    // What is done seldom is apart from what is done for each register, instruction and operand, so that that stays
    // small.

    private void growRegisters(int size) {
        registerClass = Arrays.copyOf(registerClass, size);
        reference = Arrays.copyOf(reference, size);
        remakeOpcode = Arrays.copyOf(remakeOpcode, size);
        remakePayload = Arrays.copyOf(remakePayload, size);
    }

    /** Says that a virtual register holds a reference, of which safepoints have to know. */
    public void setReference(int register) {
        reference[register - FIRST_VIRTUAL] = true;
    }

    /** Says that the value of a virtual register can be made anew anywhere by an instruction without uses: no need for a slot. */
    public void setRemade(int register, int byOpcode, int byPayload) {
        remakeOpcode[register - FIRST_VIRTUAL] = byOpcode + 1;
        remakePayload[register - FIRST_VIRTUAL] = byPayload;
    }

    /** Keeps the first words of the frame free of values. */
    public void reserve(int words) {
        reservedWords = Math.max(reservedWords, words);
    }

    /** Begins a block behind the others, of a loop depth; a cold one is hardly ever run. */
    public int block(int loopDepth, boolean isCold) {
        if (blocks == depth.length) {
            int size = blocks * 2;
            depth = Arrays.copyOf(depth, size);
            cold = Arrays.copyOf(cold, size);
            firstInstruction = Arrays.copyOf(firstInstruction, size + 1);
            firstParameter = Arrays.copyOf(firstParameter, size + 1);
            firstEdge = Arrays.copyOf(firstEdge, size + 1);
        }
        depth[blocks] = loopDepth;
        cold[blocks] = isCold;
        int block = blocks++;
        firstInstruction[blocks] = instructions;
        firstParameter[blocks] = parameterCount;
        firstEdge[blocks] = edges;
        return block;
    }

    /** A parameter of the block that was begun last: a new virtual register. */
    public int parameter(int valueClass) {
        int register = register(valueClass);
        addParameter(register);
        return register;
    }

    /** Makes a virtual register that is there already a parameter of the block that was begun last. */
    public void addParameter(int register) {
        if (parameterCount == parameters.length) {
            parameters = Arrays.copyOf(parameters, parameterCount * 2);
        }
        parameters[parameterCount++] = register;
        firstParameter[blocks] = parameterCount;
    }

    /** Begins an instruction, behind the others of the last block. */
    public int begin(int itsOpcode, int itsPayload) {
        if (instructions == opcode.length) {
            growInstructions(instructions * 2);
        }
        opcode[instructions] = itsOpcode;
        payload[instructions] = itsPayload;
        clobbers[instructions] = 0;
        safepoint[instructions] = false;
        wheres[instructions] = 0;
        int instruction = instructions++;
        firstOperand[instructions] = operands;
        firstInstruction[blocks] = instructions;
        return instruction;
    }

    private void growInstructions(int size) {
        opcode = Arrays.copyOf(opcode, size);
        payload = Arrays.copyOf(payload, size);
        clobbers = Arrays.copyOf(clobbers, size);
        safepoint = Arrays.copyOf(safepoint, size);
        wheres = Arrays.copyOf(wheres, size);
        firstOperand = Arrays.copyOf(firstOperand, size + 1);
    }

    /** The latest instruction reads a register: {@link #ANY} or {@link #REGISTER}. */
    public void use(int register, int where) {
        operand(register, USE, where, 0);
    }

    /** The latest instruction reads a register, which has to be in a physical one. */
    public void useFixed(int register, int physical) {
        operand(register, USE, FIXED, physical);
    }

    /** The latest instruction reads a register until it is through. */
    public void useLate(int register, int where) {
        operand(register, LATE_USE, where, 0);
    }

    /** The latest instruction writes a register. */
    public void define(int register, int where) {
        operand(register, DEFINE, where, 0);
    }

    /** The latest instruction writes a register, which is a physical one then. */
    public void defineFixed(int register, int physical) {
        operand(register, DEFINE, FIXED, physical);
    }

    /** The latest instruction writes a register over the use that is its operand {@code use}, counted from 0. */
    public void defineOver(int register, int use) {
        operand(register, DEFINE, REUSE, use);
    }

    /** The latest instruction writes a register while it still reads. */
    public void defineEarly(int register, int where) {
        operand(register, EARLY_DEFINE, where, 0);
    }

    /** The latest instruction wants a register to spoil: a new virtual register of a class. */
    public int temporary(int valueClass) {
        int register = register(valueClass);
        operand(register, TEMPORARY, REGISTER, 0);
        return register;
    }

    /** An operand of the latest instruction: role, where, and its detail. */
    public void operand(int register, int role, int where, int detail) {
        if (operands == operandRegister.length) {
            growOperands(operands * 2);
        }
        operandRegister[operands] = register;
        operandKind[operands++] = where | role << ROLE_SHIFT | detail << DETAIL_SHIFT;
        wheres[instructions - 1] |= (byte) (1 << where);
        firstOperand[instructions] = operands;
    }

    private void growOperands(int size) {
        operandRegister = Arrays.copyOf(operandRegister, size);
        operandKind = Arrays.copyOf(operandKind, size);
    }

    /** The latest instruction spoils physical registers, a mask, but for those of its definitions. */
    public void clobber(long mask) {
        clobbers[instructions - 1] |= mask;
    }

    /** At the latest instruction somebody may want to know where references are. It spoils all registers. */
    public void safepoint() {
        safepoint[instructions - 1] = true;
        clobbers[instructions - 1] = ALL;
    }

    /** The next successor of the last block, with what its parameters become. The instruction that leads there is the last. */
    public void edge(int toBlock, int... values) {
        addEdge(toBlock, values, 0, values.length, false);
    }

    /** {@link #edge(int, int...)} with values that are part of an array. */
    public void edge(int toBlock, int[] values, int from, int to) {
        addEdge(toBlock, values, from, to - from, false);
    }

    /** A successor that is reached when the last instruction, a safepoint, throws: its live values must be in their slots. */
    public void handler(int toBlock) {
        addEdge(toBlock, NO_VALUES, 0, 0, true);
    }

    private void addEdge(int toBlock, int[] values, int from, int number, boolean isHandler) {
        if (edges == edgeTarget.length) {
            edgeTarget = Arrays.copyOf(edgeTarget, edges * 2);
            edgeToHandler = Arrays.copyOf(edgeToHandler, edges * 2);
            firstArgument = Arrays.copyOf(firstArgument, edges * 2 + 1);
        }
        edgeTarget[edges] = toBlock;
        edgeToHandler[edges++] = isHandler;
        if (argumentCount + number > arguments.length) {
            arguments = Arrays.copyOf(arguments, Math.max(arguments.length * 2, argumentCount + number));
        }
        System.arraycopy(values, from, arguments, argumentCount, number);
        argumentCount += number;
        firstArgument[edges] = argumentCount;
        firstEdge[blocks] = edges;
    }

    // ---- reading: registers

    /** The physical registers that values of a class may be in, as a mask. */
    public static long registersOf(int valueClass) {
        return valueClass == Convention.INT ? ALL >>> FLOATS : ALL >>> FLOATS << FLOATS;
    }

    /** One more than the highest register. */
    public int registerEnd() {
        return FIRST_VIRTUAL + registers;
    }

    /** The class of a register, a physical one included; those for floats say {@link Convention#VECTOR}. */
    public int valueClass(int register) {
        if (register < FIRST_VIRTUAL) {
            return register < FLOATS ? Convention.INT : Convention.VECTOR;
        }
        return registerClass[register - FIRST_VIRTUAL];
    }

    /** Whether a virtual register holds a reference. */
    public boolean isReference(int register) {
        return reference[register - FIRST_VIRTUAL];
    }

    /** Whether the value of a virtual register can be made anew. */
    public boolean isRemade(int register) {
        return remakeOpcode[register - FIRST_VIRTUAL] != 0;
    }

    /** The opcode of the instruction that makes it anew. */
    public int remakeOpcode(int register) {
        return remakeOpcode[register - FIRST_VIRTUAL] - 1;
    }

    /** The payload of the instruction that makes it anew. */
    public int remakePayload(int register) {
        return remakePayload[register - FIRST_VIRTUAL];
    }

    // ---- reading: blocks and edges

    public int blockCount() {
        return blocks;
    }

    public int firstInstruction(int block) {
        return firstInstruction[block];
    }

    /** The number behind a block's last instruction. */
    public int endOfInstructions(int block) {
        return firstInstruction[block + 1];
    }

    public int parameterCount(int block) {
        return firstParameter[block + 1] - firstParameter[block];
    }

    public int parameter(int block, int index) {
        return parameters[firstParameter[block] + index];
    }

    public int loopDepth(int block) {
        return depth[block];
    }

    public boolean isCold(int block) {
        return cold[block];
    }

    public int firstEdge(int block) {
        return firstEdge[block];
    }

    /** The number behind a block's last edge. */
    public int endOfEdges(int block) {
        return firstEdge[block + 1];
    }

    public int edgeCount() {
        return edges;
    }

    public int target(int edge) {
        return edgeTarget[edge];
    }

    public boolean isToHandler(int edge) {
        return edgeToHandler[edge];
    }

    /** What an edge brings for a parameter of its target. */
    public int argument(int edge, int parameter) {
        return arguments[firstArgument[edge] + parameter];
    }

    public int argumentCount(int edge) {
        return firstArgument[edge + 1] - firstArgument[edge];
    }

    // ---- reading: instructions and operands

    public int instructionCount() {
        return instructions;
    }

    public int opcode(int instruction) {
        return opcode[instruction];
    }

    public int payload(int instruction) {
        return payload[instruction];
    }

    /** Physical registers that an instruction spoils. */
    public long clobbers(int instruction) {
        return clobbers[instruction];
    }

    /** Whether an instruction has operands that may be there: {@link #ANY} and so on. */
    boolean has(int instruction, int where) {
        return (wheres[instruction] >> where & 1) != 0;
    }

    /** Whether an instruction has an operand that is bound to a physical register, or to that of another one. */
    boolean isBound(int instruction) {
        return (wheres[instruction] & (1 << FIXED | 1 << REUSE)) != 0;
    }

    public boolean isSafepoint(int instruction) {
        return safepoint[instruction];
    }

    public int operandCount() {
        return operands;
    }

    public int firstOperand(int instruction) {
        return firstOperand[instruction];
    }

    /** The number behind an instruction's last operand. */
    public int endOfOperands(int instruction) {
        return firstOperand[instruction + 1];
    }

    /** A virtual register. */
    public int operandRegister(int operand) {
        return operandRegister[operand];
    }

    /** {@link #USE} and so on. */
    public int role(int operand) {
        return operandKind[operand] >> ROLE_SHIFT & 15;
    }

    /** {@link #ANY} and so on. */
    public int where(int operand) {
        return operandKind[operand] & 15;
    }

    /** The physical register, or the number of the reused operand among those of its instruction. */
    public int detail(int operand) {
        return operandKind[operand] >> DETAIL_SHIFT;
    }

    /** How many words of the frame hold no values. */
    public int reservedWords() {
        return reservedWords;
    }
}
