package emberwall.ebpf.btf;

import java.util.List;

/** A type of C, or a declaration that BTF counts among types. Types refer to each other by id; 0 is {@code void}. */
public sealed interface BtfType {
    /** Its name, "" where it has none. */
    String name();

    /** {@code void}, id 0. */
    record Nothing() implements BtfType {
        @Override
        public String name() {
            return "void";
        }
    }

    /**
     * An integer.
     *
     * @param size bytes
     * @param encoding bits: 1 signed, 2 char, 4 bool
     * @param bitOffset of its value in its bytes
     * @param bits of its value
     */
    record Int(String name, int size, int encoding, int bitOffset, int bits) implements BtfType {
        /** Whether it has a sign. */
        public boolean isSigned() {
            return (encoding & 1) != 0;
        }
    }

    /** A pointer. */
    record Pointer(int target) implements BtfType {
        @Override
        public String name() {
            return "";
        }
    }

    /** An array; {@code count} is unsigned. */
    record Array(int element, int index, int count) implements BtfType {
        @Override
        public String name() {
            return "";
        }
    }

    /** A struct or union with the size in bytes. */
    record Struct(String name, boolean union, int size, List<Member> members) implements BtfType {}

    /** A member; {@code bits} is 0 but in a bit field. */
    record Member(String name, int type, int bitOffset, int bits) {}

    /** An enumeration of 32 or 64 bits. */
    record Enumeration(String name, int size, boolean signed, boolean wide, List<Constant> constants)
            implements BtfType {}

    /** A constant of an enumeration. */
    record Constant(String name, long value) {}

    /** A struct or union that is not defined. */
    record Forward(String name, boolean union) implements BtfType {}

    /** Another name. */
    record Typedef(String name, int target) implements BtfType {}

    /** {@code const}, {@code volatile}, {@code restrict}, or a type tag, whose text is the name. */
    record Qualifier(Kind kind, String name, int target) implements BtfType {
        /** Which. */
        public enum Kind {
            CONST,
            VOLATILE,
            RESTRICT,
            TAG
        }
    }

    /** A function; {@code linkage} is 0 static, 1 global, 2 extern. */
    record Function(String name, int prototype, int linkage) implements BtfType {}

    /** A function's type. */
    record Prototype(int result, List<Parameter> parameters) implements BtfType {
        @Override
        public String name() {
            return "";
        }
    }

    /** A parameter; type 0 at the end: any number of further ones. */
    record Parameter(String name, int type) {}

    /** A global variable; {@code linkage} is 0 static, 1 global, 2 extern. */
    record Variable(String name, int type, int linkage) implements BtfType {}

    /** A section of variables. */
    record Section(String name, int size, List<Placed> variables) implements BtfType {}

    /** A variable's place in its section. */
    record Placed(int variable, int offset, int size) {}

    /** A floating-point number. */
    record Floating(String name, int size) implements BtfType {}

    /** A tag at a declaration, or at its {@code component}th member or parameter where that is not -1. */
    record DeclarationTag(String name, int target, int component) implements BtfType {}
}
