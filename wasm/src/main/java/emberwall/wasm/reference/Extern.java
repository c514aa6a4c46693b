package emberwall.wasm.reference;

/** What instances export and import. Belongs to one {@link Store}. */
public sealed interface Extern permits FunctionInstance, MemoryInstance, TableInstance, GlobalInstance, TagInstance {
    /** Its type in words, as link errors say it. */
    String typeText();
}
