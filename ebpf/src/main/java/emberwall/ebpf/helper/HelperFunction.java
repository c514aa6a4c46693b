package emberwall.ebpf.helper;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A method that programs may call, see {@link JavaHelpers}. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface HelperFunction {
    /** By which number. */
    int number();

    /** Under which name in messages; the method's own if empty. */
    String name() default "";

    /** What a call does beside its result. */
    HelperSignature.Effect[] effects() default {};

    /** A parameter of type {@code MemorySegment}: memory that the method writes; without it, the method reads it. */
    @Target(ElementType.PARAMETER)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Writes {}

    /** A parameter of type {@code MemorySegment} of so many bytes; without it, programs pass the size as the next argument. */
    @Target(ElementType.PARAMETER)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Bytes {
        /** How many. */
        int value();
    }

    /** A result that is always between two numbers, which the verifier then relies on: others end the program. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Between {
        /** The least. */
        long least();

        /** The greatest. */
        long greatest();
    }
}
