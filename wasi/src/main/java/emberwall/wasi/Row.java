package emberwall.wasi;

/**
 * The functions of {@code wasi_snapshot_preview1}, one row each: its name and its parameters ({@code i} an i32, {@code l}
 * an i64). All return an error number but {@link #PROC_EXIT}, which does not return.
 */
enum Row {
    // @formatter:off
    ARGS_GET                ("args_get",                "ii"),
    ARGS_SIZES_GET          ("args_sizes_get",          "ii"),
    ENVIRON_GET             ("environ_get",             "ii"),
    ENVIRON_SIZES_GET       ("environ_sizes_get",       "ii"),
    CLOCK_RES_GET           ("clock_res_get",           "ii"),
    CLOCK_TIME_GET          ("clock_time_get",          "ili"),
    FD_ADVISE               ("fd_advise",               "illi"),
    FD_ALLOCATE             ("fd_allocate",             "ill"),
    FD_CLOSE                ("fd_close",                "i"),
    FD_DATASYNC             ("fd_datasync",             "i"),
    FD_FDSTAT_GET           ("fd_fdstat_get",           "ii"),
    FD_FDSTAT_SET_FLAGS     ("fd_fdstat_set_flags",     "ii"),
    FD_FDSTAT_SET_RIGHTS    ("fd_fdstat_set_rights",    "ill"),
    FD_FILESTAT_GET         ("fd_filestat_get",         "ii"),
    FD_FILESTAT_SET_SIZE    ("fd_filestat_set_size",    "il"),
    FD_FILESTAT_SET_TIMES   ("fd_filestat_set_times",   "illi"),
    FD_PREAD                ("fd_pread",                "iiili"),
    FD_PRESTAT_GET          ("fd_prestat_get",          "ii"),
    FD_PRESTAT_DIR_NAME     ("fd_prestat_dir_name",     "iii"),
    FD_PWRITE               ("fd_pwrite",               "iiili"),
    FD_READ                 ("fd_read",                 "iiii"),
    FD_READDIR              ("fd_readdir",              "iiili"),
    FD_RENUMBER             ("fd_renumber",             "ii"),
    FD_SEEK                 ("fd_seek",                 "ilii"),
    FD_SYNC                 ("fd_sync",                 "i"),
    FD_TELL                 ("fd_tell",                 "ii"),
    FD_WRITE                ("fd_write",                "iiii"),
    PATH_CREATE_DIRECTORY   ("path_create_directory",   "iii"),
    PATH_FILESTAT_GET       ("path_filestat_get",       "iiiii"),
    PATH_FILESTAT_SET_TIMES ("path_filestat_set_times", "iiiilli"),
    PATH_LINK               ("path_link",               "iiiiiii"),
    PATH_OPEN               ("path_open",               "iiiiillii"),
    PATH_READLINK           ("path_readlink",           "iiiiii"),
    PATH_REMOVE_DIRECTORY   ("path_remove_directory",   "iii"),
    PATH_RENAME             ("path_rename",             "iiiiii"),
    PATH_SYMLINK            ("path_symlink",            "iiiii"),
    PATH_UNLINK_FILE        ("path_unlink_file",        "iii"),
    POLL_ONEOFF             ("poll_oneoff",             "iiii"),
    PROC_EXIT               ("proc_exit",               "i"),
    PROC_RAISE              ("proc_raise",              "i"),
    SCHED_YIELD             ("sched_yield",             ""),
    RANDOM_GET              ("random_get",              "ii"),
    SOCK_ACCEPT             ("sock_accept",             "iii"),
    SOCK_RECV               ("sock_recv",               "iiiiii"),
    SOCK_SEND               ("sock_send",               "iiiii"),
    SOCK_SHUTDOWN           ("sock_shutdown",           "ii");
    // @formatter:on

    private static final Row[] ALL = values();

    private final String text;
    private final String parameters;

    Row(String text, String parameters) {
        this.text = text;
        this.parameters = parameters;
    }

    /** All rows, not to be changed. */
    static Row[] all() {
        return ALL;
    }

    /** The name it is imported by. */
    String text() {
        return text;
    }

    /** One character per parameter. */
    String parameters() {
        return parameters;
    }

    /** Whether it returns an error number. */
    boolean returns() {
        return this != PROC_EXIT;
    }
}
