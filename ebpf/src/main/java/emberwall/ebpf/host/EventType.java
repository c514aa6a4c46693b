package emberwall.ebpf.host;

import emberwall.ebpf.map.Codec;
import emberwall.ebpf.verify.ContextType;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.UnionLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An event of Java's that programs are attached to: what they find behind r1. The verifier learns its fields, and programs that were
 * compiled for another layout of a struct with this name are moved to this one (CO-RE), if the loader was told of the type.
 *
 * @param <E> how Java has it
 */
public final class EventType<E> {
    /** A component of a record that programs may also write. */
    @Target(ElementType.RECORD_COMPONENT)
    @Retention(RetentionPolicy.RUNTIME)
    public @interface Writable {}

    private final String name;
    private final StructLayout layout; // null where the type is one of the kernel's
    private final ContextType context;
    private final Codec<E> codec; // null where E is a segment

    private EventType(String name, StructLayout layout, ContextType context, Codec<E> codec) {
        this.name = name;
        this.layout = layout;
        this.context = context;
        this.codec = codec;
    }

    /**
     * A record of {@code byte}, {@code short}, {@code char}, {@code int} and {@code long}, laid out as the C struct with the same members.
     * Programs may write the components that are {@link Writable}, which a record gets by being made anew.
     *
     * @param name of the struct in programs
     * @param lookup from where the record can be read and made
     * @param <R> the record
     * @param type the record
     * @return the type
     * @throws IllegalArgumentException if a component is of another type, or out of reach
     */
    public static <R extends Record> EventType<R> of(String name, Class<R> type, MethodHandles.Lookup lookup) {
        Codec<R> codec = Codec.of(type, lookup);
        List<MemoryLayout> members = new ArrayList<>();
        Set<String> writable = new java.util.HashSet<>();
        long end = 0;
        for (RecordComponent component : type.getRecordComponents()) {
            ValueLayout member = layout(component.getType());
            long padding = -end & member.byteSize() - 1;
            if (padding > 0) {
                members.add(MemoryLayout.paddingLayout(padding));
            }
            members.add(member.withName(component.getName()));
            end += padding + member.byteSize();
            if (component.isAnnotationPresent(Writable.class)) {
                writable.add(component.getName());
            }
        }
        if (codec.size() > end) {
            members.add(MemoryLayout.paddingLayout(codec.size() - end));
        }
        StructLayout layout = MemoryLayout.structLayout(members.toArray(MemoryLayout[]::new));
        return new EventType<>(name, layout, context(name, layout, writable), codec);
    }

    private static ValueLayout layout(Class<?> type) {
        if (type == byte.class) {
            return ValueLayout.JAVA_BYTE;
        }
        if (type == short.class || type == char.class) {
            return ValueLayout.JAVA_SHORT;
        }
        return type == int.class ? ValueLayout.JAVA_INT : ValueLayout.JAVA_LONG;
    }

    /**
     * A struct as a layout describes it, which Java has in a segment. Its values are numbers to programs, also in structs and
     * sequences in it; padding may not be read.
     *
     * @param name of the struct in programs
     * @param writable members that programs may also write
     * @param layout the members
     * @return the type
     * @throws IllegalArgumentException if there is no such member, or the struct has unions or more than 16 KiB
     */
    public static EventType<MemorySegment> of(String name, StructLayout layout, String... writable) {
        return new EventType<>(name, layout, context(name, layout, Set.of(writable)), null);
    }

    /**
     * A context as it stands, such as one of the kernel's ({@link emberwall.ebpf.verify.ContextTypes}), which Java has in a segment.
     * Addresses in it are null, and of what kernels keep in their own memory there is nothing.
     *
     * @param context the fields and the size
     * @return the type
     */
    public static EventType<MemorySegment> of(ContextType context) {
        return new EventType<>(context.name(), null, context, null);
    }

    private static ContextType context(String name, StructLayout layout, Set<String> writable) {
        if (layout.byteSize() > 1 << 14) {
            throw new IllegalArgumentException(name + " has " + layout.byteSize() + " bytes, more than 16 KiB");
        }
        for (String member : writable) {
            layout.byteOffset(MemoryLayout.PathElement.groupElement(member)); // throws if there is none
        }
        ContextType.Builder context = ContextType.named(name, (int) layout.byteSize());
        members(context, layout, 0, writable, false);
        return context.build();
    }

    private static void members(
            ContextType.Builder context, GroupLayout group, long offset, Set<String> writable, boolean written) {
        if (group instanceof UnionLayout) {
            throw new IllegalArgumentException("a union cannot be an event's: " + group);
        }
        long at = offset;
        for (MemoryLayout member : group.memberLayouts()) {
            boolean inside = written || member.name().filter(writable::contains).isPresent();
            member(context, member, at, 1, inside);
            at += member.byteSize();
        }
    }

    private static void member(ContextType.Builder context, MemoryLayout member, long at, long count, boolean written) {
        switch (member) {
            case PaddingLayout _ -> {}
            case GroupLayout group -> {
                for (long i = 0; i < count; i++) {
                    members(context, group, at + i * group.byteSize(), Set.of(), written);
                }
            }
            case SequenceLayout sequence -> {
                for (long i = 0; i < count; i++) {
                    long each = at + i * sequence.byteSize();
                    member(context, sequence.elementLayout(), each, sequence.elementCount(), written);
                }
            }
            case ValueLayout value -> {
                if (written) {
                    context.writable((int) at, (int) value.byteSize(), (int) count);
                } else {
                    context.numbers((int) at, (int) value.byteSize(), (int) count);
                }
            }
        }
    }

    /** {@return name of the struct in programs} */
    public String name() {
        return name;
    }

    /** {@return what the verifier knows of it} */
    public ContextType context() {
        return context;
    }

    /** The struct, or null if it is one of the kernel's. */
    StructLayout layout() {
        return layout;
    }

    /** Writes an event to memory of {@code context().size()} bytes. */
    void write(E event, MemorySegment memory) {
        MemorySegment source = codec == null ? (MemorySegment) event : MemorySegment.ofArray(codec.encode(event));
        if (source.byteSize() != context.size()) {
            throw new IllegalArgumentException(name + " has " + context.size() + " bytes, not " + source.byteSize());
        }
        MemorySegment.copy(source, 0, memory, 0, source.byteSize());
    }

    /** The event that memory holds; a segment is filled and answered. */
    @SuppressWarnings("unchecked")
    E read(E event, MemorySegment memory) {
        if (codec != null) {
            return codec.decode(memory.asSlice(0, context.size()).toArray(ValueLayout.JAVA_BYTE));
        }
        MemorySegment target = (MemorySegment) event;
        if (!target.isReadOnly()) {
            MemorySegment.copy(memory, 0, target, 0, context.size());
        }
        return (E) target;
    }
}
