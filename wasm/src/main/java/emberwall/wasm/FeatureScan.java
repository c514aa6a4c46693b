package emberwall.wasm;

/** Looks for what a module uses beyond a set of features. */
public final class FeatureScan {
    private final Module module;
    private final long allowed;
    private final BodyReader in;

    private FeatureScan(Module module, long allowed) {
        this.module = module;
        this.allowed = allowed;
        this.in = new BodyReader(module.bytes, 0, 0);
    }

    /**
     * Something that needs a feature.
     *
     * @param feature the feature
     * @param text what it is, in the words of the text format where it has any
     * @param offset where it stands, in bytes from the beginning of the module
     */
    public record Use(Feature feature, String text, int offset) {
        /** As {@code "try_table (exceptions) at offset 0x2f"}. */
        @Override
        public String toString() {
            return text + " (" + feature.text() + ") at offset 0x" + Integer.toHexString(offset);
        }
    }

    /** The first thing in a module that needs a feature outside of a set, or null; where bodies are malformed it stops. */
    public static Use first(Module module, Features allowed) {
        FeatureScan scan = new FeatureScan(module, allowed.mask());
        Use outside = scan.outsideOfBodies();
        if (outside != null && outside.offset() < module.codeOffset()) {
            return outside;
        }
        Use inside = scan.bodies();
        return inside != null ? inside : outside;
    }

    private Use outsideOfBodies() {
        Use first = null;
        for (Feature feature : Feature.values()) {
            String text = module.featureTexts[feature.ordinal()];
            int offset = module.featureOffsets[feature.ordinal()];
            if (text != null && isRefused(feature) && (first == null || offset < first.offset())) {
                first = new Use(feature, text, offset);
            }
        }
        return first;
    }

    private boolean isRefused(Feature feature) {
        return (allowed & feature.bit()) == 0;
    }

    private Use bodies() {
        try {
            for (int function = module.importedFunctions(); function < module.functionCount(); function++) {
                Use use = body(function);
                if (use != null) {
                    return use;
                }
            }
        } catch (MalformedException malformed) {
            // The validator has more to say about it.
        }
        return null;
    }

    private Use body(int function) {
        in.reset(module.bodyOffset(function), module.bodyEnd(function));
        for (int i = in.count(); i > 0; i--) {
            in.u32();
            Use use = type();
            if (use != null) {
                return use;
            }
        }
        while (in.hasMore()) {
            int at = in.position();
            Opcode opcode = in.opcode();
            if (isRefused(opcode.feature())) {
                return new Use(opcode.feature(), opcode.text(), at);
            }
            Use use = immediate(opcode.immediate(), at);
            if (use != null) {
                return use;
            }
        }
        return null;
    }

    private Use immediate(Immediate immediate, int at) {
        switch (immediate) {
            case BLOCK_TYPE -> {
                return blockType(at);
            }
            case MEMARG, MEMARG_LANE -> {
                if (in.hasMemoryIndex() && isRefused(Feature.MULTI_MEMORY)) {
                    return new Use(Feature.MULTI_MEMORY, "memory argument with memory index", at);
                }
                in.skip(immediate);
            }
            case BLOCK_CATCHES -> {
                int start = in.position();
                Use use = blockType(at);
                if (use != null) {
                    return use;
                }
                in.position(start);
                in.skip(immediate);
            }
            case LABEL_CAST -> {
                in.u8();
                in.u32();
                Use from = heapType(at);
                return from != null ? from : heapType(at);
            }
            case HEAP_TYPE -> {
                return heapType(at);
            }
            case SELECT_TYPES -> {
                for (int i = in.count(); i > 0; i--) {
                    Use use = type();
                    if (use != null) {
                        return use;
                    }
                }
            }
            default -> in.skip(immediate);
        }
        return null;
    }

    private Use blockType(int at) {
        int type = in.blockType();
        if (type >= 0) {
            return isRefused(Feature.MULTI_VALUE) ? new Use(Feature.MULTI_VALUE, "block of type " + type, at) : null;
        }
        return use(~type, at);
    }

    private Use heapType(int at) {
        return use(ValueType.reference(true, in.heapType()), at);
    }

    private Use type() {
        int at = in.position();
        return use(in.valueType(), at);
    }

    private Use use(int type, int at) {
        Feature feature = ModuleParser.featureOf(type);
        return isRefused(feature) ? new Use(feature, ValueType.text(type), at) : null;
    }
}
