package emberwall.engine;

/** Something that an instance exports and another may import. Belongs to one {@link Store}. */
public sealed interface Extern permits Function, Memory, Table, Global, Tag {
    /** {@return its type, as matching of imports sees it} Memories and tables report their present size as minimum. */
    ExternType type();

    /** {@return the store that it belongs to} */
    Store store();
}
