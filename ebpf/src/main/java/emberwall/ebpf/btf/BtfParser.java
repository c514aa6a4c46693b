package emberwall.ebpf.btf;

import emberwall.ebpf.Bytes;
import emberwall.ebpf.ObjectException;
import emberwall.ebpf.btf.BtfType.Qualifier.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Reads a section {@code .BTF}: a header, types one behind the other, strings. */
final class BtfParser {
    private static final int MAGIC = 0xeB9F;

    private final Bytes types;
    private final Bytes strings;
    private final List<BtfType> list = new ArrayList<>();
    private int at;

    BtfParser(Bytes section) {
        if (section.u16(0) != MAGIC || section.u8(2) != 1) {
            throw new ObjectException(section.name(), "is no BTF of version 1");
        }
        long header = section.u32(4);
        types = section.part("BTF types", header + section.u32(8), section.u32(12));
        strings = section.part("BTF strings", header + section.u32(16), section.u32(20));
    }

    Btf parse() {
        list.add(new BtfType.Nothing());
        while (at < types.length()) {
            list.add(next());
        }
        for (BtfType type : list) {
            check(type);
        }
        Btf btf = new Btf(list, strings);
        for (int id = 0; id < list.size(); id++) {
            btf.strip(id);
        }
        return btf;
    }

    private int word() {
        int value = types.i32(at);
        at += 4;
        return value;
    }

    private String name(int offset) {
        return offset == 0 ? "" : strings.text(offset & 0xFFFF_FFFFL);
    }

    private BtfType next() {
        String name = name(word());
        int info = word();
        int reference = word(); // a size or a type
        int count = info & 0xFFFF;
        boolean flag = info < 0;
        return switch (info >>> 24 & 0x1F) {
            case 1 -> integer(name, reference);
            case 2 -> new BtfType.Pointer(reference);
            case 3 -> new BtfType.Array(word(), word(), word());
            case 4 -> new BtfType.Struct(name, false, reference, repeat(count, i -> member(flag)));
            case 5 -> new BtfType.Struct(name, true, reference, repeat(count, i -> member(flag)));
            case 6 -> new BtfType.Enumeration(name, reference, flag, false, repeat(count, i -> constant(flag)));
            case 7 -> new BtfType.Forward(name, flag);
            case 8 -> new BtfType.Typedef(name, reference);
            case 9 -> new BtfType.Qualifier(Kind.VOLATILE, name, reference);
            case 10 -> new BtfType.Qualifier(Kind.CONST, name, reference);
            case 11 -> new BtfType.Qualifier(Kind.RESTRICT, name, reference);
            case 12 -> new BtfType.Function(name, reference, count);
            case 13 ->
                new BtfType.Prototype(reference, repeat(count, i -> new BtfType.Parameter(name(word()), word())));
            case 14 -> new BtfType.Variable(name, reference, word());
            case 15 ->
                new BtfType.Section(name, reference, repeat(count, i -> new BtfType.Placed(word(), word(), word())));
            case 16 -> new BtfType.Floating(name, reference);
            case 17 -> new BtfType.DeclarationTag(name, reference, word());
            case 18 -> new BtfType.Qualifier(Kind.TAG, name, reference);
            case 19 -> new BtfType.Enumeration(name, reference, flag, true, repeat(count, i -> wideConstant()));
            default ->
                throw new ObjectException(
                        "BTF", "type " + list.size() + " is of the unknown kind " + (info >>> 24 & 0x1F));
        };
    }

    private BtfType integer(String name, int size) {
        int data = word();
        return new BtfType.Int(name, size, data >>> 24 & 0xF, data >>> 16 & 0xFF, data & 0xFF);
    }

    private BtfType.Member member(boolean bitFields) {
        String name = name(word());
        int type = word();
        int offset = word();
        return bitFields
                ? new BtfType.Member(name, type, offset & 0xFF_FFFF, offset >>> 24)
                : new BtfType.Member(name, type, offset, 0);
    }

    private BtfType.Constant constant(boolean signed) {
        String name = name(word());
        int value = word();
        return new BtfType.Constant(name, signed ? value : value & 0xFFFF_FFFFL);
    }

    private BtfType.Constant wideConstant() {
        return new BtfType.Constant(name(word()), word() & 0xFFFF_FFFFL | (long) word() << 32);
    }

    private static <T> List<T> repeat(int count, IntFunction<T> read) {
        List<T> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(read.apply(i));
        }
        return List.copyOf(parts);
    }

    /** Every id that a type refers to is there. */
    private void check(BtfType type) {
        switch (type) {
            case BtfType.Pointer pointer -> there(pointer.target());
            case BtfType.Array array -> {
                there(array.element());
                there(array.index());
            }
            case BtfType.Struct struct -> struct.members().forEach(member -> there(member.type()));
            case BtfType.Typedef named -> there(named.target());
            case BtfType.Qualifier qualified -> there(qualified.target());
            case BtfType.Function function -> {
                there(function.prototype());
                if (!(list.get(function.prototype()) instanceof BtfType.Prototype)) {
                    throw new ObjectException("BTF", "function " + function.name() + " has no function type");
                }
            }
            case BtfType.Prototype prototype -> {
                there(prototype.result());
                prototype.parameters().forEach(parameter -> there(parameter.type()));
            }
            case BtfType.Variable variable -> there(variable.type());
            case BtfType.Section section -> section.variables().forEach(placed -> there(placed.variable()));
            case BtfType.DeclarationTag tag -> there(tag.target());
            case BtfType.Nothing _, BtfType.Int _, BtfType.Enumeration _, BtfType.Forward _, BtfType.Floating _ -> {}
        }
    }

    private void there(int id) {
        if (id < 0 || id >= list.size()) {
            throw new ObjectException("BTF", "refers to type " + Integer.toUnsignedString(id) + " of " + list.size());
        }
    }
}
