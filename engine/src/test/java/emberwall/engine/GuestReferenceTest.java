package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import emberwall.op.V128;
import emberwall.wasm.text.WatParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** References of a guest's heap, as programs see them. */
@ParameterizedClass
@EnumSource(
        value = Tier.class,
        names = {"REFERENCE", "BASELINE", "OPTIMIZING"})
class GuestReferenceTest {
    private static final String POINTS = """
            (module
              (type $point (struct (field i32) (field (mut i32))))
              (type $other (struct (field i64)))
              (type $bytes (array (mut i8)))
              (global (export "last") (mut (ref null $point)) (ref.null $point))
              (func (export "point") (param i32 i32) (result (ref $point))
                (struct.new $point (local.get 0) (local.get 1)))
              (func (export "other") (result (ref $other)) (struct.new_default $other))
              (func (export "bytes") (param i32) (result (ref $bytes)) (array.new_default $bytes (local.get 0)))
              (func (export "y") (param (ref null $point)) (result i32) (struct.get $point 1 (local.get 0)))
              (func (export "small") (param i32) (result (ref i31)) (ref.i31 (local.get 0)))
              (func (export "any") (param anyref) (result anyref) (local.get 0))
              (func (export "outside") (param anyref) (result externref) (extern.convert_any (local.get 0)))
              (func (export "inside") (param externref) (result anyref) (any.convert_extern (local.get 0))))
            """;

    private final Engine engine;

    GuestReferenceTest(Tier tier) {
        engine = Engine.start(Config.builder().tier(tier).build());
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private Instance instantiate(Store store, String text, Imports imports) {
        return engine.compile(WatParser.parse(text).bytes()).instantiate(store, imports);
    }

    @Test
    void structuresGoOutAndComeBack() {
        Instance points = instantiate(engine.newStore(), POINTS, Imports.of());
        GuestReference point = (GuestReference) points.function("point").call(3, 4);
        assertEquals(GuestReference.Kind.STRUCT, point.kind());
        assertEquals(4, points.function("y").call(point));
        assertEquals(point, points.function("any").call(point));
        assertNotEquals(point, points.function("point").call(3, 4));
        points.global("last").set(point);
        assertEquals(point, points.global("last").get());
        points.global("last").set(null);
        assertNull(points.global("last").get());
        assertEquals(
                GuestReference.Kind.ARRAY,
                ((GuestReference) points.function("bytes").call(5)).kind());
    }

    @Test
    void aggregatesHoldVectors() {
        Instance vectors = instantiate(engine.newStore(), """
                (module
                  (type $v (array (mut v128)))
                  (type $s (struct (field v128) (field i8) (field (ref null $v))))
                  (data $d "\\01\\00\\00\\00\\00\\00\\00\\00\\02\\00\\00\\00\\00\\00\\00\\00"
                           "\\03\\00\\00\\00\\00\\00\\00\\00\\04\\00\\00\\00\\00\\00\\00\\00")
                  (func (export "array") (result v128)
                    (array.get $v (array.new_data $v $d (i32.const 0) (i32.const 2)) (i32.const 1)))
                  (func (export "struct") (result v128)
                    (struct.get $s 0 (struct.new $s (v128.const i64x2 5 6) (i32.const 300) (ref.null $v))))
                  (func (export "default") (result v128) (struct.get $s 0 (struct.new_default $s))))
                """, Imports.of());
        assertEquals(new V128(3, 4), vectors.function("array").call());
        assertEquals(new V128(5, 6), vectors.function("struct").call());
        assertEquals(V128.ZERO, vectors.function("default").call());
    }

    @Test
    void smallIntegersKeepTheirSign() {
        Instance points = instantiate(engine.newStore(), POINTS, Imports.of());
        GuestReference small = (GuestReference) points.function("small").call(-5);
        assertEquals(GuestReference.Kind.I31, small.kind());
        assertEquals(-5, small.i31());
        assertEquals(small, points.function("small").call(-5));
        Object point = points.function("point").call(1, 2);
        assertThrows(IllegalStateException.class, ((GuestReference) point)::i31);
    }

    @Test
    void whatIsOutsideComesInAsTheSame() {
        Instance points = instantiate(engine.newStore(), POINTS, Imports.of());
        Object point = points.function("point").call(1, 2);
        Object outside = points.function("outside").call(point);
        assertEquals(point, outside);
        assertEquals(point, points.function("inside").call(outside));
        Object host = new Object();
        assertSame(host, points.function("inside").call(host));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Instance points = instantiate(engine.newStore(), POINTS, Imports.of());
        Function y = points.function("y");
        Object other = points.function("other").call();
        assertThrows(IllegalArgumentException.class, () -> y.call(other));
        assertThrows(IllegalArgumentException.class, () -> y.call("a point"));
        assertThrows(
                IllegalArgumentException.class,
                () -> y.call(points.function("small").call(1)));
        assertThrows(
                IllegalArgumentException.class, () -> points.function("any").call(y));
        assertThrows(IllegalArgumentException.class, () -> points.global("last").set(other));
        Instance elsewhere = instantiate(engine.newStore(), POINTS, Imports.of());
        Object foreign = elsewhere.function("point").call(1, 2);
        assertThrows(IllegalArgumentException.class, () -> y.call(foreign));
        assertEquals(
                "null structure reference",
                assertThrows(Trap.class, () -> y.call((Object) null)).getMessage());
    }
}
