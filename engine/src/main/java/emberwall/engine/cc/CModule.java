package emberwall.engine.cc;

import emberwall.engine.store.InstanceLayout;
import emberwall.engine.store.MemoryStrategy;
import emberwall.wasm.FunctionInfo;
import emberwall.wasm.Module;

/**
 * What the translation of a module depends on.
 *
 * @param module the module, decoded and validated
 * @param layout where everything lies in instance blocks
 * @param infos what validation found out about the functions that are not imported
 * @param canonicalTypes ids of the module's types
 * @param strategies for each memory, how guests are kept inside
 * @param polls whether loops look for requests
 * @param masking whether table indices and explicit bounds are masked against misspeculation
 */
public record CModule(
        Module module,
        InstanceLayout layout,
        FunctionInfo[] infos,
        int[] canonicalTypes,
        MemoryStrategy[] strategies,
        boolean polls,
        boolean masking) {}
