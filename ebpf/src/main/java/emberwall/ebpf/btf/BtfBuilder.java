package emberwall.ebpf.btf;

import emberwall.ebpf.Bytes;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.UnionLayout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Types that Java describes, such as the context that a host gives to programs: what programs ask about types with these names is
 * answered by them, so that a program works with hosts of several versions.
 */
public final class BtfBuilder {
    private final List<BtfType> types = new ArrayList<>(List.of(new BtfType.Nothing()));
    private final Map<String, Integer> integers = new HashMap<>();

    /** Adds a type and answers its id. */
    public int add(BtfType type) {
        types.add(type);
        return types.size() - 1;
    }

    /** An integer; one of a name is made once. */
    public int integer(String name, int bytes, boolean signed) {
        return integers.computeIfAbsent(name, n -> add(new BtfType.Int(name, bytes, signed ? 1 : 0, 0, 8 * bytes)));
    }

    /**
     * A struct or union as a layout describes it; groups in it are types of their own, named as the layouts are. Values are unsigned,
     * since layouts do not say it; addresses are pointers to nothing known.
     *
     * @param name of the type
     */
    public int layout(String name, GroupLayout layout) {
        List<BtfType.Member> members = new ArrayList<>();
        long offset = 0;
        for (MemoryLayout member : layout.memberLayouts()) {
            if (!(member instanceof PaddingLayout)) {
                members.add(new BtfType.Member(member.name().orElse(""), type(member), (int) (8 * offset), 0));
            }
            offset += layout instanceof StructLayout ? member.byteSize() : 0;
        }
        int size = Math.toIntExact(layout.byteSize());
        return add(new BtfType.Struct(name, layout instanceof UnionLayout, size, List.copyOf(members)));
    }

    private int type(MemoryLayout layout) {
        return switch (layout) {
            case GroupLayout group -> layout("", group);
            case SequenceLayout sequence ->
                add(new BtfType.Array(
                        type(sequence.elementLayout()),
                        integer("unsigned int", 4, false),
                        Math.toIntExact(sequence.elementCount())));
            case ValueLayout value
            when value.carrier() == java.lang.foreign.MemorySegment.class -> add(new BtfType.Pointer(0));
            case ValueLayout.OfFloat _ -> add(new BtfType.Floating("float", 4));
            case ValueLayout.OfDouble _ -> add(new BtfType.Floating("double", 8));
            case ValueLayout value -> integer("u" + value.byteSize() * 8, (int) value.byteSize(), false);
            case PaddingLayout _ -> throw new IllegalArgumentException("padding has no type");
        };
    }

    /** The types so far. */
    public Btf build() {
        return new Btf(types, new Bytes("BTF strings", new byte[1]));
    }
}
