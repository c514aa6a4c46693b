package emberwall.wasm.text;

/** The kinds of tokens of the text format (WebAssembly 3.0, section 6.3). */
enum TokenKind {
    /** An opening parenthesis. */
    OPEN,
    /** A closing parenthesis. */
    CLOSE,
    /** A word that begins with a small letter. */
    KEYWORD,
    /** An integer, with or without a sign. */
    INTEGER,
    /** A number with a fraction or an exponent, an infinity or a NaN; with or without a sign. */
    FLOAT,
    /** An identifier: {@code $} and a name, perhaps as a string. */
    ID,
    /** A string. */
    STRING,
    /** Characters that stand together but mean nothing. */
    RESERVED,
    /** The end of the text. */
    END
}
