package emberwall.wasm;

/** Reads the type section: recursion groups of types, each checked as soon as it is complete. */
final class TypeSectionParser {
    private final ModuleParser parser;
    private final BodyReader in;
    private final Limits limits;
    private final Types types;

    TypeSectionParser(ModuleParser parser) {
        this.parser = parser;
        this.in = parser.in;
        this.limits = parser.limits;
        this.types = parser.types;
    }

    /** Reads the whole section. */
    void read() {
        for (int i = parser.count(0, Limit.TYPES); i > 0; i--) {
            recursionGroup();
        }
    }

    private void recursionGroup() {
        int at = in.position();
        types.beginGroup();
        if (in.peek() == 0x4E) {
            parser.uses(Feature.GC, "rec", at);
            in.u8();
            int countAt = in.position();
            int count = in.count();
            limits.check(Limit.RECURSION_GROUP_TYPES, count, countAt);
            limits.check(Limit.TYPES, types.count() + count, countAt);
            for (int i = count; i > 0; i--) {
                subtype();
            }
        } else {
            limits.check(Limit.TYPES, types.count() + 1, at);
            subtype();
        }
        if (parser.isValid()) {
            checkGroup(at);
        }
    }

    private void checkGroup(int at) {
        int unknown = types.unknownInGroup();
        if (unknown >= 0) {
            parser.invalid("unknown type " + unknown, at);
            return;
        }
        types.canonicaliseGroup();
        for (int type = types.openGroup(); type < types.count(); type++) {
            if (!types.matchesSupertype(type)) {
                parser.invalid("sub type " + type + " does not match super type " + types.supertype(type), at);
                return;
            }
            limits.check(Limit.SUBTYPING_DEPTH, types.depth(type), at);
        }
    }

    private void subtype() {
        parser.entry();
        int at = in.position();
        int form = in.peek();
        int supertype = -1;
        boolean isFinal = form != 0x50;
        if (form == 0x50 || form == 0x4F) {
            parser.uses(Feature.GC, "sub", at);
            in.u8();
            int count = in.count();
            for (int i = 0; i < count; i++) {
                supertype = parser.index();
            }
            if (count > 1) {
                parser.invalid("sub type " + types.count() + " has more than one super type", at);
            }
        }
        types.beginType(supertype, isFinal);
        composite();
    }

    private void composite() {
        int at = in.position();
        switch (in.u8()) {
            case 0x60 -> functionType();
            case 0x5F -> {
                parser.uses(Feature.GC, "struct", at);
                types.beginStruct();
                int count = in.count();
                limits.check(Limit.STRUCT_FIELDS, count, at);
                for (int i = 0; i < count; i++) {
                    int type = storageType();
                    types.structField(type, parser.mutability());
                }
            }
            case 0x5E -> {
                parser.uses(Feature.GC, "array", at);
                int type = storageType();
                types.array(type, parser.mutability());
            }
            // The form is a signed LEB128 of one byte.
            default ->
                throw new MalformedException(
                        parser.module.bytes[at] < 0 ? "integer representation too long" : "malformed definition type",
                        at);
        }
    }

    private void functionType() {
        types.beginFunction();
        int parametersAt = in.position();
        int parameters = in.count();
        limits.check(Limit.PARAMETERS, parameters, parametersAt);
        for (int i = 0; i < parameters; i++) {
            types.parameter(parser.valueType());
        }
        int resultsAt = in.position();
        int results = in.count();
        limits.check(Limit.RESULTS, results, resultsAt);
        for (int i = 0; i < results; i++) {
            types.result(parser.valueType());
        }
        if (results > 1) {
            parser.uses(Feature.MULTI_VALUE, "function type with several results", resultsAt);
        }
    }

    private int storageType() {
        parser.entry();
        int at = in.position();
        int type = in.storageType();
        parser.usesType(type, at);
        return type;
    }
}
