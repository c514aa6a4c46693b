package emberwall.ebpf.btf;

import emberwall.ebpf.ObjectException;
import emberwall.ebpf.btf.BtfExt.RelocationRecord;
import java.util.List;
import java.util.OptionalLong;

/**
 * Answers what an object asks about types that it does not define itself (CO-RE): offsets, sizes, whether something exists.
 * Types correspond by name, whose part from {@code ___} on does not count, and members by name.
 */
public final class Relocator {
    /** What is asked, by the number in the object. */
    private enum Question {
        FIELD_OFFSET,
        FIELD_SIZE,
        FIELD_EXISTS,
        FIELD_SIGNED,
        FIELD_SHIFT_LEFT,
        FIELD_SHIFT_RIGHT,
        TYPE_ID_LOCAL,
        TYPE_ID_TARGET,
        TYPE_EXISTS,
        TYPE_SIZE,
        CONSTANT_EXISTS,
        CONSTANT_VALUE,
        TYPE_MATCHES;

        private static final Question[] QUESTIONS = values();
    }

    private final Btf local;
    private final Btf target;

    /**
     * For one object.
     *
     * @param local its types
     * @param target the host's, or the same
     */
    public Relocator(Btf local, Btf target) {
        this.local = local;
        this.target = target;
    }

    /**
     * The answer; empty where what is asked for does not exist in the host's types, so that the instruction must not be reached.
     *
     * @throws ObjectException if the question is malformed, or two types of the host answer differently
     */
    public OptionalLong answer(RelocationRecord record) {
        Question question = question(record);
        String access = local.string(record.access());
        if (question == Question.TYPE_ID_LOCAL) {
            local.type(record.type());
            return OptionalLong.of(record.type());
        }
        OptionalLong answer = OptionalLong.empty();
        for (int candidate : candidates(record.type())) {
            OptionalLong another = answer(question, record.type(), access, candidate);
            if (another.isPresent() && answer.isPresent() && another.getAsLong() != answer.getAsLong()) {
                throw new ObjectException(
                        "BTF relocation", "the host's types answer differently for " + local.describe(record.type()));
            }
            answer = another.isPresent() ? another : answer;
        }
        boolean existence = question == Question.FIELD_EXISTS
                || question == Question.TYPE_EXISTS
                || question == Question.CONSTANT_EXISTS
                || question == Question.TYPE_MATCHES;
        return answer.isEmpty() && existence ? OptionalLong.of(0) : answer;
    }

    /** Bytes of the field in the host's types where the question is about a field's offset and it is there; else 0. */
    public int fieldSize(RelocationRecord record) {
        if (question(record) != Question.FIELD_OFFSET) {
            return 0;
        }
        return (int) answer(new RelocationRecord(record.offset(), record.type(), record.access(), 1))
                .orElse(0);
    }

    private static Question question(RelocationRecord record) {
        if (record.kind() < 0 || record.kind() >= Question.QUESTIONS.length) {
            throw new ObjectException("BTF relocation", "asks the unknown question " + record.kind());
        }
        return Question.QUESTIONS[record.kind()];
    }

    /** What the question is about, for messages. */
    public String describe(RelocationRecord record) {
        String access = local.string(record.access());
        StringBuilder text = new StringBuilder(local.describe(record.type()));
        if (record.kind() <= Question.FIELD_SHIFT_RIGHT.ordinal()) {
            for (FieldAccess.Step step :
                    FieldAccess.local(local, record.type(), access).steps()) {
                text.append(
                        step.name() != null ? "." + step.name() : step.index() != 0 ? "[" + step.index() + "]" : "");
            }
        }
        return text.toString();
    }

    private List<Integer> candidates(int type) {
        BtfType wanted = local.type(type);
        if (local == target) {
            return List.of(type);
        }
        String name = essential(wanted.name());
        return name.isEmpty()
                ? List.of()
                : target.named(name).stream()
                        .filter(id -> isAlike(wanted, target.type(id)))
                        .toList();
    }

    private static boolean isAlike(BtfType a, BtfType b) {
        return switch (a) {
            case BtfType.Struct struct -> b instanceof BtfType.Struct other && struct.union() == other.union();
            case BtfType.Forward forward -> b instanceof BtfType.Struct other && forward.union() == other.union();
            default -> a.getClass() == b.getClass();
        };
    }

    static String essential(String name) {
        int flavor = name.indexOf("___");
        return flavor > 0 ? name.substring(0, flavor) : name;
    }

    private OptionalLong answer(Question question, int type, String access, int candidate) {
        return switch (question) {
            case TYPE_ID_LOCAL, TYPE_ID_TARGET -> OptionalLong.of(candidate);
            case TYPE_EXISTS -> OptionalLong.of(1);
            case TYPE_MATCHES -> OptionalLong.of(new TypeMatch(local, target).matches(type, candidate) ? 1 : 0);
            case TYPE_SIZE -> OptionalLong.of(target.size(candidate));
            case CONSTANT_EXISTS, CONSTANT_VALUE -> constant(question, type, access, candidate);
            default -> {
                FieldAccess field = FieldAccess.local(local, type, access).in(target, candidate);
                yield field == null ? OptionalLong.empty() : field(question, field);
            }
        };
    }

    private OptionalLong constant(Question question, int type, String access, int candidate) {
        int index = FieldAccess.indices(access)[0];
        if (!(local.stripped(type) instanceof BtfType.Enumeration enumeration)
                || index < 0
                || index >= enumeration.constants().size()) {
            throw new ObjectException("BTF relocation", "names constant " + access + " of " + local.describe(type));
        }
        String name = essential(enumeration.constants().get(index).name());
        if (target.stripped(candidate) instanceof BtfType.Enumeration other) {
            for (BtfType.Constant constant : other.constants()) {
                if (essential(constant.name()).equals(name)) {
                    return OptionalLong.of(question == Question.CONSTANT_EXISTS ? 1 : constant.value());
                }
            }
        }
        return OptionalLong.empty();
    }

    private OptionalLong field(Question question, FieldAccess field) {
        if (question == Question.FIELD_EXISTS) {
            return OptionalLong.of(1);
        }
        if (question == Question.FIELD_SIGNED) {
            return OptionalLong.of(isSigned(field.type()) ? 1 : 0);
        }
        long size = target.size(field.type());
        long start = field.bitOffset() / 8;
        long bits = field.bits() == 0 ? 8 * size : field.bits();
        if (field.bits() != 0) { // the smallest aligned word that holds all of the bits
            start = start / size * size;
            while (field.bitOffset() + bits - 8 * start > 8 * size) {
                size *= 2;
                if (size > 8) {
                    throw new ObjectException("BTF relocation", "needs a bit field that no word of 8 bytes holds");
                }
                start = field.bitOffset() / 8 / size * size;
            }
        }
        return OptionalLong.of(
                switch (question) {
                    case FIELD_OFFSET -> start;
                    case FIELD_SIZE -> size;
                    case FIELD_SHIFT_LEFT -> 64 - (field.bitOffset() + bits - 8 * start);
                    default -> 64 - bits;
                });
    }

    private boolean isSigned(int type) {
        return switch (target.type(type)) {
            case BtfType.Int integer -> integer.isSigned();
            case BtfType.Enumeration enumeration -> enumeration.signed();
            default -> false;
        };
    }
}
