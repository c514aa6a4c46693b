package emberwall.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.wasm.TypeRegistry.Registration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TypeRegistryTest {
    private final TypeRegistry registry = new TypeRegistry();

    @Test
    void agreesWithEveryModuleOfTheSuite() throws IOException {
        List<Registration> open = new ArrayList<>();
        for (byte[] bytes : SuiteModules.valid("core")) {
            Types types = SuiteModules.parse(bytes).types();
            Registration registration = registry.register(types);
            open.add(registration);
            int count = Math.min(types.count(), 60);
            for (int a = 0; a < count; a++) {
                for (int b = 0; b < count; b++) {
                    boolean equal = types.canonical(a) == types.canonical(b);
                    assertEquals(equal, registration.id(a) == registration.id(b));
                    assertEquals(
                            types.isDefinedSubtype(a, b), registry.isSubtype(registration.id(a), registration.id(b)));
                }
                assertEquals(types.isFinal(a), registry.isFinal(registration.id(a)));
                assertEquals(types.depth(a), registry.depth(registration.id(a)));
            }
        }
        assertTrue(registry.groups() > 100);
        Collections.shuffle(open, new Random(7));
        for (Registration registration : open) {
            registration.close();
            registration.close();
        }
        assertEquals(0, registry.groups());
    }

    @Test
    void comparesValueTypesAsModulesDo() throws IOException {
        int[] abstractTypes = {
            ValueType.ANY, ValueType.EQ, ValueType.I31, ValueType.STRUCT, ValueType.ARRAY, ValueType.NONE,
            ValueType.FUNC, ValueType.NOFUNC, ValueType.EXTERN, ValueType.NOEXTERN, ValueType.EXN, ValueType.NOEXN
        };
        int related = 0;
        for (byte[] bytes : SuiteModules.valid("core/gc")) {
            Types types = SuiteModules.parse(bytes).types();
            try (Registration registration = registry.register(types)) {
                List<Integer> values = new ArrayList<>(List.of(ValueType.I32, ValueType.V128));
                for (int nullable = 0; nullable < 2; nullable++) {
                    for (int heap : abstractTypes) {
                        values.add(ValueType.reference(nullable == 1, heap));
                    }
                    for (int type = 0; type < Math.min(types.count(), 16); type++) {
                        values.add(ValueType.reference(nullable == 1, ValueType.concrete(type)));
                    }
                }
                for (int a : values) {
                    for (int b : values) {
                        boolean subtype = types.isSubtype(a, b);
                        related += subtype && a != b ? 1 : 0;
                        assertEquals(
                                subtype,
                                registry.isValueSubtype(registration.canonical(a), registration.canonical(b)),
                                () -> ValueType.text(a) + " <: " + ValueType.text(b));
                    }
                }
            }
        }
        assertTrue(related > 1000);
    }

    @Test
    void knowsHostFunctionsLikeThoseOfModules() {
        int[] i32 = {ValueType.I32};
        int[] i64 = {ValueType.I64};
        Registration first = registry.register(FunctionType.of(i32, i64));
        Registration same = registry.register(FunctionType.of(i32, i64));
        Registration other = registry.register(FunctionType.of(i64, i32));
        assertEquals(first.id(0), same.id(0));
        assertNotEquals(first.id(0), other.id(0));
        byte[] module = {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 6, 1, 0x60, 1, 0x7F, 1, 0x7E};
        Registration inModule = registry.register(SuiteModules.parse(module).types());
        assertEquals(first.id(0), inModule.id(0));
        int reference = ValueType.reference(true, ValueType.concrete(first.id(0)));
        Registration taker = registry.register(FunctionType.of(new int[] {reference}, new int[0]));
        assertEquals(3, registry.groups());
        first.close();
        same.close();
        inModule.close();
        // The function type is still referred to.
        assertEquals(3, registry.groups());
        taker.close();
        assertEquals(1, registry.groups());
        other.close();
        assertEquals(0, registry.groups());
    }

    /** Or else the next two new types would share an id. */
    @Test
    void forgottenIdsCannotBeNamed() {
        Registration forgotten = registry.register(FunctionType.of(new int[] {ValueType.F32}, new int[0]));
        int reference = ValueType.reference(true, ValueType.concrete(forgotten.id(0)));
        FunctionType taker = FunctionType.of(new int[] {reference}, new int[0]);
        forgotten.close();
        assertThrows(IllegalArgumentException.class, () -> registry.register(taker));
        int unheard = ValueType.reference(false, ValueType.concrete(1 << 20));
        FunctionType giver = FunctionType.of(new int[0], new int[] {unheard});
        assertThrows(IllegalArgumentException.class, () -> registry.register(giver));
        assertEquals(0, registry.groups());
        Registration one = registry.register(FunctionType.of(new int[] {ValueType.I32}, new int[0]));
        Registration two = registry.register(FunctionType.of(new int[] {ValueType.I64}, new int[0]));
        assertNotEquals(one.id(0), two.id(0));
    }

    @Test
    void idsServeAgain() {
        int[] none = {};
        int highest = 0;
        for (int i = 0; i < 1000; i++) {
            int[] parameters = new int[i];
            Arrays.fill(parameters, ValueType.F64);
            try (Registration registration = registry.register(FunctionType.of(parameters, none))) {
                highest = Math.max(highest, registration.id(0));
            }
        }
        assertEquals(0, highest);
    }
}
