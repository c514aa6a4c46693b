/*
 * What the functions of a translated module are made of: a definition for each WebAssembly instruction that computes, named
 * like it with an underscore for the dot, and what goes on between C and the engine.
 *
 * Guest memory is touched by single instructions in asm volatile only. So accesses happen in the order of the program, none
 * is left out, and each notes its address and the bytecode it came from in the section em_sites: an access may trap.
 */
#if !defined(__GNUC__) || defined(__clang__) || !defined(__x86_64__)
#error "the cc tier needs GCC for x86-64, which keeps fiber and instance in registers of their own"
#endif

typedef unsigned char u8;
typedef signed char s8;
typedef unsigned short u16;
typedef short s16;
typedef unsigned int u32;
typedef int s32;
typedef unsigned long u64;
typedef long s64;
typedef float f32;
typedef double f64;

/* Some bytes of guest memory, of a type that nothing else has. */
struct guest {
    __int128 bytes;
};

register u8 *fiber __asm__("r15");
register u8 *instance __asm__("r14");

#define INLINE static inline __attribute__((always_inline))
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#define NOTE(section) ".pushsection " section ",\"a\",@progbits\n\t.long 1b-.,%c[at]\n\t.popsection"

/* ---- to the engine */

u64 em_runtime(u32 function, u64 a, u64 b, u64 c, u64 d, u64 e);

/* Leaves to Java with the arguments as words on the stack; what C expects its callees to keep is kept here. */
__asm__(".text\n\t.p2align 4\n"
        "em_runtime:\n\t"
        "push %rbp\n\tmov %rsp,%rbp\n\t"
        "push %rbx\n\tpush %r12\n\tpush %r13\n\tpush %r14\n\t"
        "push %r9\n\tpush %r8\n\tpush %rcx\n\tpush %rdx\n\tpush %rsi\n\t"
        "mov %edi,%eax\n\t"
        "call *" TEXT(FIBER_RUNTIME) "(%r15)\n\t"
        "add $40,%rsp\n\t"
        "pop %r14\n\tpop %r13\n\tpop %r12\n\tpop %rbx\n\tpop %rbp\n\t"
        "ret\n"
        "em_runtime_end:\n\t"
        ".pushsection em_sites,\"a\",@progbits\n\t.long 0,0\n\t.popsection\n\t"
        ".pushsection em_calls,\"a\",@progbits\n\t.long 0,0\n\t.popsection\n");

/* Never comes back, but the compiler shall think that it leads to the function's end: calls of functions that always trap
   must be followed by their notes. */
#define TRAP(reason, where)                                                                                            \
    do {                                                                                                               \
        __asm__ goto("call *%c[stub](%%r15)\n1:\tud2\n\t" NOTE("em_sites")                                             \
                     :                                                                                                 \
                     : [stub] "i"(FIBER_TRAP + 8 * (reason)), [at] "i"(where)                                          \
                     :                                                                                                 \
                     : away);                                                                                          \
        __builtin_unreachable();                                                                                       \
    } while (0)

/* Whether the stack ends here or someone wants attention: the stub keeps all registers. The compiler would leave out the
   frame of a function that calls nothing, if its address were not asked for. */
#define STACK(where)                                                                                                   \
    __asm__ volatile("cmpq %c[limit](%%r15),%%rsp\n\tjb 2f\n3:\n\t"                                                    \
                     ".subsection 1\n2:\txorl %%r11d,%%r11d\n\tcall *%c[stub](%%r15)\n1:\tjmp 3b\n\t.previous\n\t"     \
                     NOTE("em_sites")                                                                                  \
                     :                                                                                                 \
                     : [limit] "i"(FIBER_LIMIT), [stub] "i"(FIBER_STACK), [at] "i"(where),                             \
                       "r"(__builtin_frame_address(0))                                                                 \
                     : "r11", "cc")

#define POLL(where)                                                                                                    \
    __asm__ goto("cmpq %c[limit](%%r15),%%rsp\n\tjb 2f\n3:\n\t"                                                        \
                 ".subsection 1\n2:\tcall *%c[stub](%%r15)\n1:\tjmp 3b\n\t.previous\n\t" NOTE("em_sites")              \
                 :                                                                                                     \
                 : [limit] "i"(FIBER_LIMIT), [stub] "i"(FIBER_POLL), [at] "i"(where)                                   \
                 : "cc"                                                                                                \
                 : away)

/* A call ends here. The next note behind a return address is the call's own. */
#define CALLED(where) __asm__ volatile("1:\t" NOTE("em_calls") : : [at] "i"(where))

/* ---- instance */

#define FIELD(offset) (*(u64 *)(instance + (offset)))
#define BASE FIELD(INSTANCE_MEMORY_BASE)
#define BOUND FIELD(INSTANCE_MEMORY_BOUND)
#define GLOBAL(type, offset) (*(volatile type *)(instance + (offset)))
#define IMPORTED_GLOBAL(type, offset) (*(volatile type *)FIELD(offset))

/* A record of a function: where to jump, its instance, its type, whether it is a function of the host. */
#define CODE_OF(record) ((record)[0])
#define INSTANCE_OF(record) ((u8 *)(record)[1])
#define TYPE_OF(record) (*(u32 *)((u8 *)(record) + RECORD_TYPE))
#define IS_HOST(record) (*(u32 *)((u8 *)(record) + RECORD_HOST))

/* ---- tables: base and length */

#if MASKING
/* Where the branch was guessed wrong, the index is 0. */
#define MASK(index, length)                                                                                            \
    do {                                                                                                               \
        u64 mask_;                                                                                                     \
        __asm__("cmpq %[n],%[i]\n\tsbbq %[m],%[m]\n\tandq %[m],%[i]"                                                  \
                : [i] "+&r"(index), [m] "=&r"(mask_)                                                                   \
                : [n] "r"(length)                                                                                      \
                : "cc");                                                                                               \
    } while (0)
#else
#define MASK(index, length)
#endif

#define ELEMENT(table, number, reason, where)                                                                          \
    ({                                                                                                                 \
        u64 *record_ = (u64 *)FIELD(table);                                                                            \
        u64 index_ = (number), length_ = *(volatile u64 *)(record_ + 1);                                               \
        if (UNLIKELY(index_ >= length_)) TRAP(reason, where);                                                          \
        MASK(index_, length_);                                                                                         \
        (volatile u64 *)*(volatile u64 *)record_ + index_;                                                             \
    })

#define CALLEE(table, number, type, where)                                                                             \
    ({                                                                                                                 \
        u64 *callee_ = (u64 *)*ELEMENT(table, number, UNDEFINED_ELEMENT, where);                                       \
        if (UNLIKELY(!callee_)) TRAP(UNINITIALIZED_ELEMENT, where);                                                    \
        if (UNLIKELY(TYPE_OF(callee_) != (type))) TRAP(INDIRECT_CALL_TYPE_MISMATCH, where);                            \
        callee_;                                                                                                       \
    })

/* ---- memory */

/* Where guard pages keep accesses inside: any index, and an offset that they reach. */
#define GUARDED(index, offset) (BASE + (u64)(index) + (offset))

#if MASKING
/* Where the branch was guessed wrong, the access goes to byte 0. */
#define CLAMP(end, bound, bytes)                                                                                       \
    __asm__("cmpq %[e],%[b]\n\tcmovbq %[z],%[e]" : [e] "+&r"(end) : [b] "r"(bound), [z] "r"((u64)(bytes)) : "cc")
#else
#define CLAMP(end, bound, bytes)
#endif

#define CHECKED(index, offset, bytes, where)                                                                           \
    ({                                                                                                                 \
        u64 end_ = (u64)(index) + (offset) + (bytes), bound_ = BOUND;                                                  \
        if (UNLIKELY(end_ > bound_)) TRAP(MEMORY_OUT_OF_BOUNDS, where);                                                \
        CLAMP(end_, bound_, bytes);                                                                                    \
        BASE + end_ - (bytes);                                                                                         \
    })

#define ACCESS(instruction, outputs, where, ...)                                                                       \
    __asm__ volatile inline("1:\t" instruction "\n\t" NOTE("em_sites") : outputs : [at] "i"(where), __VA_ARGS__)
#define AT(address) [m] "m"(*(struct guest *)(address))

#define LOAD(instruction, out, address, where) ACCESS(instruction, [o] "=r"(out), where, AT(address))
#define LOAD_FLOAT(instruction, out, address, where) ACCESS(instruction, [o] "=x"(out), where, AT(address))
#define STORE(instruction, constraint, address, value, where)                                                          \
    __asm__ volatile inline("1:\t" instruction "\n\t" NOTE("em_sites")                                                 \
                            :                                                                                          \
                            : [at] "i"(where), AT(address), [v] constraint(value))

#define i32_load(o, m, at) LOAD("movl %[m],%k[o]", o, m, at)
#define i64_load(o, m, at) LOAD("movq %[m],%q[o]", o, m, at)
#define f32_load(o, m, at) LOAD_FLOAT("movss %[m],%[o]", o, m, at)
#define f64_load(o, m, at) LOAD_FLOAT("movsd %[m],%[o]", o, m, at)
#define i32_load8_s(o, m, at) LOAD("movsbl %[m],%k[o]", o, m, at)
#define i32_load8_u(o, m, at) LOAD("movzbl %[m],%k[o]", o, m, at)
#define i32_load16_s(o, m, at) LOAD("movswl %[m],%k[o]", o, m, at)
#define i32_load16_u(o, m, at) LOAD("movzwl %[m],%k[o]", o, m, at)
#define i64_load8_s(o, m, at) LOAD("movsbq %[m],%q[o]", o, m, at)
#define i64_load8_u(o, m, at) LOAD("movzbl %[m],%k[o]", o, m, at)
#define i64_load16_s(o, m, at) LOAD("movswq %[m],%q[o]", o, m, at)
#define i64_load16_u(o, m, at) LOAD("movzwl %[m],%k[o]", o, m, at)
#define i64_load32_s(o, m, at) LOAD("movslq %[m],%q[o]", o, m, at)
#define i64_load32_u(o, m, at) LOAD("movl %[m],%k[o]", o, m, at)
#define i32_store(m, v, at) STORE("movl %k[v],%[m]", "er", m, v, at)
#define i64_store(m, v, at) STORE("movq %[v],%[m]", "er", m, v, at)
#define f32_store(m, v, at) STORE("movss %[v],%[m]", "x", m, v, at)
#define f64_store(m, v, at) STORE("movsd %[v],%[m]", "x", m, v, at)
#define i32_store8(m, v, at) STORE("movb %b[v],%[m]", "r", m, v, at)
#define i32_store16(m, v, at) STORE("movw %w[v],%[m]", "r", m, v, at)
#define i64_store8(m, v, at) STORE("movb %b[v],%[m]", "r", m, v, at)
#define i64_store16(m, v, at) STORE("movw %w[v],%[m]", "r", m, v, at)
#define i64_store32(m, v, at) STORE("movl %k[v],%[m]", "r", m, v, at)

/* ---- integers */

#define i32_add(a, b) (a + b)
#define i64_add(a, b) (a + b)
#define i32_sub(a, b) (a - b)
#define i64_sub(a, b) (a - b)
#define i32_mul(a, b) (a * b)
#define i64_mul(a, b) (a * b)
#define i32_and(a, b) (a & b)
#define i64_and(a, b) (a & b)
#define i32_or(a, b) (a | b)
#define i64_or(a, b) (a | b)
#define i32_xor(a, b) (a ^ b)
#define i64_xor(a, b) (a ^ b)
#define i32_shl(a, b) (a << (b & 31))
#define i64_shl(a, b) (a << (b & 63))
#define i32_shr_s(a, b) ((u32)((s32)a >> (b & 31)))
#define i64_shr_s(a, b) ((u64)((s64)a >> (b & 63)))
#define i32_shr_u(a, b) (a >> (b & 31))
#define i64_shr_u(a, b) (a >> (b & 63))
#define i32_rotl(a, b) (a << (b & 31) | a >> (-b & 31))
#define i64_rotl(a, b) (a << (b & 63) | a >> (-b & 63))
#define i32_rotr(a, b) (a >> (b & 31) | a << (-b & 31))
#define i64_rotr(a, b) (a >> (b & 63) | a << (-b & 63))
#define i32_clz(a) (a ? (u32)__builtin_clz(a) : 32u)
#define i64_clz(a) (a ? (u64)__builtin_clzl(a) : 64ul)
#define i32_ctz(a) (a ? (u32)__builtin_ctz(a) : 32u)
#define i64_ctz(a) (a ? (u64)__builtin_ctzl(a) : 64ul)
#define i32_popcnt(a) ((u32)ones(a))
#define i64_popcnt(a) (ones(a))
#define i32_extend8_s(a) ((u32)(s8)a)
#define i64_extend8_s(a) ((u64)(s8)a)
#define i32_extend16_s(a) ((u32)(s16)a)
#define i64_extend16_s(a) ((u64)(s16)a)
#define i64_extend32_s(a) ((u64)(s32)a)
#define i32_wrap_i64(a) ((u32)a)
#define i64_extend_i32_s(a) ((u64)(s32)a)
#define i64_extend_i32_u(a) ((u64)a)

INLINE u64 ones(u64 x) {
#ifdef __POPCNT__
    return (u64)__builtin_popcountl(x);
#else
    x -= x >> 1 & 0x5555555555555555ul;
    x = (x & 0x3333333333333333ul) + (x >> 2 & 0x3333333333333333ul);
    x = x + (x >> 4) & 0x0f0f0f0f0f0f0f0ful;
    return x * 0x0101010101010101ul >> 56;
#endif
}

#define DIVIDE(a, b, overflows, result, where)                                                                         \
    ({                                                                                                                 \
        if (UNLIKELY(b == 0)) TRAP(INTEGER_DIVIDE_BY_ZERO, where);                                                     \
        if (UNLIKELY(overflows)) TRAP(INTEGER_OVERFLOW, where);                                                        \
        result;                                                                                                        \
    })

#define i32_div_s(a, b, at) DIVIDE(a, b, a == 0x80000000u && b == ~0u, (u32)((s32)a / (s32)b), at)
#define i64_div_s(a, b, at) DIVIDE(a, b, a == 1ul << 63 && b == ~0ul, (u64)((s64)a / (s64)b), at)
#define i32_div_u(a, b, at) DIVIDE(a, b, 0, a / b, at)
#define i64_div_u(a, b, at) DIVIDE(a, b, 0, a / b, at)
#define i32_rem_s(a, b, at) DIVIDE(a, b, 0, b == ~0u ? 0u : (u32)((s32)a % (s32)b), at)
#define i64_rem_s(a, b, at) DIVIDE(a, b, 0, b == ~0ul ? 0ul : (u64)((s64)a % (s64)b), at)
#define i32_rem_u(a, b, at) DIVIDE(a, b, 0, a % b, at)
#define i64_rem_u(a, b, at) DIVIDE(a, b, 0, a % b, at)

#define i32_eqz(a) ((u32)(a == 0))
#define i64_eqz(a) ((u32)(a == 0))
#define i32_eq(a, b) ((u32)(a == b))
#define i64_eq(a, b) ((u32)(a == b))
#define i32_ne(a, b) ((u32)(a != b))
#define i64_ne(a, b) ((u32)(a != b))
#define i32_lt_s(a, b) ((u32)((s32)a < (s32)b))
#define i64_lt_s(a, b) ((u32)((s64)a < (s64)b))
#define i32_lt_u(a, b) ((u32)(a < b))
#define i64_lt_u(a, b) ((u32)(a < b))
#define i32_gt_s(a, b) ((u32)((s32)a > (s32)b))
#define i64_gt_s(a, b) ((u32)((s64)a > (s64)b))
#define i32_gt_u(a, b) ((u32)(a > b))
#define i64_gt_u(a, b) ((u32)(a > b))
#define i32_le_s(a, b) ((u32)((s32)a <= (s32)b))
#define i64_le_s(a, b) ((u32)((s64)a <= (s64)b))
#define i32_le_u(a, b) ((u32)(a <= b))
#define i64_le_u(a, b) ((u32)(a <= b))
#define i32_ge_s(a, b) ((u32)((s32)a >= (s32)b))
#define i64_ge_s(a, b) ((u32)((s64)a >= (s64)b))
#define i32_ge_u(a, b) ((u32)(a >= b))
#define i64_ge_u(a, b) ((u32)(a >= b))

/* ---- floats */

INLINE f32 f32_reinterpret_i32(u32 bits) {
    union {
        u32 bits;
        f32 value;
    } both = {bits};
    return both.value;
}

INLINE f64 f64_reinterpret_i64(u64 bits) {
    union {
        u64 bits;
        f64 value;
    } both = {bits};
    return both.value;
}

INLINE u32 i32_reinterpret_f32(f32 value) {
    union {
        f32 value;
        u32 bits;
    } both = {value};
    return both.bits;
}

INLINE u64 i64_reinterpret_f64(f64 value) {
    union {
        f64 value;
        u64 bits;
    } both = {value};
    return both.bits;
}

/* The processor's own instructions, for which NaN comes of which operand. */
#define ARITHMETIC(type, name, instruction)                                                                            \
    INLINE type name(type a, type b) {                                                                          \
        __asm__(instruction " %[b],%[a]" : [a] "+x"(a) : [b] "xm"(b));                                                 \
        return a;                                                                                                      \
    }
ARITHMETIC(f32, f32_add, "addss")
ARITHMETIC(f64, f64_add, "addsd")
ARITHMETIC(f32, f32_sub, "subss")
ARITHMETIC(f64, f64_sub, "subsd")
ARITHMETIC(f32, f32_mul, "mulss")
ARITHMETIC(f64, f64_mul, "mulsd")
ARITHMETIC(f32, f32_div, "divss")
ARITHMETIC(f64, f64_div, "divsd")

#define f32_eq(a, b) ((u32)(a == b))
#define f64_eq(a, b) ((u32)(a == b))
#define f32_ne(a, b) ((u32)(a != b))
#define f64_ne(a, b) ((u32)(a != b))
#define f32_lt(a, b) ((u32)(a < b))
#define f64_lt(a, b) ((u32)(a < b))
#define f32_gt(a, b) ((u32)(a > b))
#define f64_gt(a, b) ((u32)(a > b))
#define f32_le(a, b) ((u32)(a <= b))
#define f64_le(a, b) ((u32)(a <= b))
#define f32_ge(a, b) ((u32)(a >= b))
#define f64_ge(a, b) ((u32)(a >= b))

#define SIGN32 0x80000000u
#define SIGN64 (1ul << 63)
#define f32_abs(a) f32_reinterpret_i32(i32_reinterpret_f32(a) & ~SIGN32)
#define f64_abs(a) f64_reinterpret_i64(i64_reinterpret_f64(a) & ~SIGN64)
#define f32_neg(a) f32_reinterpret_i32(i32_reinterpret_f32(a) ^ SIGN32)
#define f64_neg(a) f64_reinterpret_i64(i64_reinterpret_f64(a) ^ SIGN64)
#define f32_copysign(a, b)                                                                                             \
    f32_reinterpret_i32(i32_reinterpret_f32(a) & ~SIGN32 | i32_reinterpret_f32(b) & SIGN32)
#define f64_copysign(a, b)                                                                                             \
    f64_reinterpret_i64(i64_reinterpret_f64(a) & ~SIGN64 | i64_reinterpret_f64(b) & SIGN64)

INLINE f32 f32_sqrt(f32 a) {
    __asm__("sqrtss %[a],%[a]" : [a] "+x"(a));
    return a;
}

INLINE f64 f64_sqrt(f64 a) {
    __asm__("sqrtsd %[a],%[a]" : [a] "+x"(a));
    return a;
}

/* A sum is a NaN where an operand is one; of two zeros the bits decide. */
#define EXTREME(type, name, add, better, bits, back, combine)                                                          \
    INLINE type name(type a, type b) {                                                                          \
        if (UNLIKELY(a != a || b != b)) return add(a, b);                                                              \
        if (a == b) return back(bits(a) combine bits(b));                                                              \
        return a better b ? a : b;                                                                                     \
    }
EXTREME(f32, f32_min, f32_add, <, i32_reinterpret_f32, f32_reinterpret_i32, |)
EXTREME(f64, f64_min, f64_add, <, i64_reinterpret_f64, f64_reinterpret_i64, |)
EXTREME(f32, f32_max, f32_add, >, i32_reinterpret_f32, f32_reinterpret_i32, &)
EXTREME(f64, f64_max, f64_add, >, i64_reinterpret_f64, f64_reinterpret_i64, &)

#ifdef __SSE4_1__
#define ROUNDING(type, name, instruction, mode)                                                                        \
    INLINE type name(type a) {                                                                                  \
        __asm__(instruction " $" mode ",%[a],%[a]" : [a] "+x"(a));                                                     \
        return a;                                                                                                      \
    }
ROUNDING(f32, f32_nearest, "roundss", "8")
ROUNDING(f64, f64_nearest, "roundsd", "8")
ROUNDING(f32, f32_floor, "roundss", "9")
ROUNDING(f64, f64_floor, "roundsd", "9")
ROUNDING(f32, f32_ceil, "roundss", "10")
ROUNDING(f64, f64_ceil, "roundsd", "10")
ROUNDING(f32, f32_trunc, "roundss", "11")
ROUNDING(f64, f64_trunc, "roundsd", "11")
#else
/* Numbers below 2^52 (2^23) lose their fraction when that is added; others have none. */
#define NEAREST(type, name, large, abs, copysign, add, sub)                                                            \
    INLINE type name(type a) {                                                                                  \
        if (!(abs(a) < large)) return add(a, 0);                                                                       \
        return copysign(sub(add(abs(a), large), large), a);                                                            \
    }
NEAREST(f32, f32_nearest, 0x1p23f, f32_abs, f32_copysign, f32_add, f32_sub)
NEAREST(f64, f64_nearest, 0x1p52, f64_abs, f64_copysign, f64_add, f64_sub)
#define ROUNDING(type, name, nearest, copysign, add, sub, wrong, towards)                                              \
    INLINE type name(type a) {                                                                                  \
        type near = nearest(a);                                                                                        \
        return near wrong a ? copysign(towards(near, 1), a) : near;                                                    \
    }
ROUNDING(f32, f32_floor, f32_nearest, f32_copysign, f32_add, f32_sub, >, f32_sub)
ROUNDING(f64, f64_floor, f64_nearest, f64_copysign, f64_add, f64_sub, >, f64_sub)
ROUNDING(f32, f32_ceil, f32_nearest, f32_copysign, f32_add, f32_sub, <, f32_add)
ROUNDING(f64, f64_ceil, f64_nearest, f64_copysign, f64_add, f64_sub, <, f64_add)
#define f32_trunc(a) f32_copysign(f32_floor(f32_abs(a)), a)
#define f64_trunc(a) f64_copysign(f64_floor(f64_abs(a)), a)
#endif

/* ---- conversions */

#define f32_convert_i32_s(a) ((f32)(s32)a)
#define f32_convert_i32_u(a) ((f32)a)
#define f32_convert_i64_s(a) ((f32)(s64)a)
#define f32_convert_i64_u(a) ((f32)a)
#define f64_convert_i32_s(a) ((f64)(s32)a)
#define f64_convert_i32_u(a) ((f64)a)
#define f64_convert_i64_s(a) ((f64)(s64)a)
#define f64_convert_i64_u(a) ((f64)a)

/* The upper part of the register would otherwise be waited for. */
INLINE f32 f32_demote_f64(f64 a) {
    f32 result = 0;
    __asm__("cvtsd2ss %[a],%[r]" : [r] "+x"(result) : [a] "xm"(a));
    return result;
}

INLINE f64 f64_promote_f32(f32 a) {
    f64 result = 0;
    __asm__("cvtss2sd %[a],%[r]" : [r] "+x"(result) : [a] "xm"(a));
    return result;
}

/* All numbers between the limits, which are not among them, have an integer part that fits. */
#define TRUNCATE(a, low, below, result, where)                                                                         \
    ({                                                                                                                 \
        if (UNLIKELY(!(a low && a < below)))  {                                                                        \
            if (a != a) TRAP(INVALID_CONVERSION, where);                                                               \
            TRAP(INTEGER_OVERFLOW, where);                                                                             \
        }                                                                                                              \
        result;                                                                                                        \
    })
#define i32_trunc_f32_s(a, at) TRUNCATE(a, >= -0x1p31f, 0x1p31f, (u32)(s32)a, at)
#define i32_trunc_f64_s(a, at) TRUNCATE(a, > -2147483649.0, 0x1p31, (u32)(s32)a, at)
#define i32_trunc_f32_u(a, at) TRUNCATE(a, > -1.0f, 0x1p32f, (u32)(s64)a, at)
#define i32_trunc_f64_u(a, at) TRUNCATE(a, > -1.0, 0x1p32, (u32)(s64)a, at)
#define i64_trunc_f32_s(a, at) TRUNCATE(a, >= -0x1p63f, 0x1p63f, (u64)(s64)a, at)
#define i64_trunc_f64_s(a, at) TRUNCATE(a, >= -0x1p63, 0x1p63, (u64)(s64)a, at)
#define i64_trunc_f32_u(a, at) TRUNCATE(a, > -1.0f, 0x1p64f, unsigned32(a), at)
#define i64_trunc_f64_u(a, at) TRUNCATE(a, > -1.0, 0x1p64, unsigned64(a), at)

INLINE u64 unsigned32(f32 a) {
    return a < 0x1p63f ? (u64)(s64)a : (u64)(s64)(a - 0x1p63f) + SIGN64;
}

INLINE u64 unsigned64(f64 a) {
    return a < 0x1p63 ? (u64)(s64)a : (u64)(s64)(a - 0x1p63) + SIGN64;
}

#define SATURATE(a, low, below, least, most, result) (a != a ? 0 : !(a low) ? least : !(a < below) ? most : result)
#define i32_trunc_sat_f32_s(a) SATURATE(a, >= -0x1p31f, 0x1p31f, SIGN32, ~SIGN32, (u32)(s32)a)
#define i32_trunc_sat_f64_s(a) SATURATE(a, > -2147483649.0, 0x1p31, SIGN32, ~SIGN32, (u32)(s32)a)
#define i32_trunc_sat_f32_u(a) SATURATE(a, > -1.0f, 0x1p32f, 0u, ~0u, (u32)(s64)a)
#define i32_trunc_sat_f64_u(a) SATURATE(a, > -1.0, 0x1p32, 0u, ~0u, (u32)(s64)a)
#define i64_trunc_sat_f32_s(a) SATURATE(a, >= -0x1p63f, 0x1p63f, SIGN64, ~SIGN64, (u64)(s64)a)
#define i64_trunc_sat_f64_s(a) SATURATE(a, >= -0x1p63, 0x1p63, SIGN64, ~SIGN64, (u64)(s64)a)
#define i64_trunc_sat_f32_u(a) SATURATE(a, > -1.0f, 0x1p64f, 0ul, ~0ul, unsigned32(a))
#define i64_trunc_sat_f64_u(a) SATURATE(a, > -1.0, 0x1p64, 0ul, ~0ul, unsigned64(a))
