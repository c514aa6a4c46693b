package emberwall.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import emberwall.op.V128;
import emberwall.wasm.ValueType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {
    @Test
    void readsIntegersSignedAndUnsigned() {
        assertEquals(-1, Values.parse(ValueType.I32, "-1"));
        assertEquals(-1, Values.parse(ValueType.I32, "4294967295"));
        assertEquals(Integer.MIN_VALUE, Values.parse(ValueType.I32, "-0x8000_0000"));
        assertEquals(255, Values.parse(ValueType.I32, "+0xff"));
        assertEquals(-1L, Values.parse(ValueType.I64, "18446744073709551615"));
        assertEquals(Long.MIN_VALUE, Values.parse(ValueType.I64, "-9223372036854775808"));
    }

    @Test
    void readsFloats() {
        assertEquals(1.5f, Values.parse(ValueType.F32, "1.5"));
        assertEquals(0x1.8p3, Values.parse(ValueType.F64, "0x1.8p3"));
        assertEquals(31.0, Values.parse(ValueType.F64, "0x1F"));
        assertEquals(1e6, Values.parse(ValueType.F64, "1_000_000"));
        assertEquals(Double.NEGATIVE_INFINITY, Values.parse(ValueType.F64, "-inf"));
        assertEquals(Float.NaN, Values.parse(ValueType.F32, "nan"));
    }

    @Test
    void readsVectorsAsTheyAreWritten() {
        V128 vector = new V128(0xffff_ffff_0000_0001L, 0x8000_0000_0000_00ffL);
        assertEquals(vector, Values.parse(ValueType.V128, "i32x4 1 -1 0xff 0x8000_0000"));
        assertEquals(vector, Values.parse(ValueType.V128, Values.text(vector)));
        assertThrows(Failure.class, () -> Values.parse(ValueType.V128, "i32x4 1 2 3"));
        assertThrows(Failure.class, () -> Values.parse(ValueType.V128, "i64x2 1 2"));
        assertThrows(Failure.class, () -> Values.parse(ValueType.V128, "1"));
    }

    @Test
    void readsNoReferenceButNull() {
        assertNull(Values.parse(ValueType.EXTERNREF, "null"));
        assertThrows(Failure.class, () -> Values.parse(ValueType.EXTERNREF, "object"));
        assertThrows(Failure.class, () -> Values.parse(ValueType.reference(false, ValueType.EXTERN), "null"));
    }

    @ParameterizedTest
    @CsvSource({
        "1,4294967296",
        "1,-2147483649",
        "1,''",
        "1,0x",
        "1,1.0",
        "1,--1",
        "1,+-1",
        "2,18446744073709551616",
        "2,-9223372036854775809",
        "3,1.5f",
        "3,x",
        "4,1.5d",
        "4,''",
        "4,0x",
        "5,0"
    })
    void refusesWhatDoesNotFit(int type, String text) {
        assertEquals(
                Status.USAGE,
                assertThrows(Failure.class, () -> Values.parse(type, text)).status());
    }

    @Test
    void writesResults() {
        assertEquals("-1", Values.text((Object) (-1)));
        assertEquals("nan", Values.text((Object) Float.NaN));
        assertEquals("inf", Values.text((Object) Double.POSITIVE_INFINITY));
        assertEquals("0.1", Values.text((Object) 0.1f));
        assertEquals("null", Values.text((Object) null));
    }
}
