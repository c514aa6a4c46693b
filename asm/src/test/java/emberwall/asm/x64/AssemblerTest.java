package emberwall.asm.x64;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.R12;
import static emberwall.asm.x64.Reg.R9;
import static emberwall.asm.x64.Reg.RAX;
import static emberwall.asm.x64.Reg.RBX;
import static emberwall.asm.x64.Reg.RCX;
import static emberwall.asm.x64.Reg.RDX;
import static emberwall.asm.x64.Reg.RSI;
import static emberwall.asm.x64.Reg.RSP;
import static emberwall.asm.x64.Width.W16;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;
import static emberwall.asm.x64.Width.W8;
import static emberwall.asm.x64.Xmm.XMM1;
import static emberwall.asm.x64.Xmm.XMM9;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.asm.Reloc;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The readable names mean what they say. */
class AssemblerTest {
    private static void assertCode(String expected, Consumer<Assembler> program) {
        Assembler a = new Assembler();
        program.accept(a);
        byte[] code = a.toByteArray();
        Decoder decoder = new Decoder();
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < code.length; at += decoder.length()) {
            assertTrue(decoder.decode(code, at, code.length));
            text.append(decoder.text(0)).append('\n');
        }
        assertEquals(expected, text.toString());
    }

    @Test
    void movesAndArithmetic() {
        assertCode("""
                mov    rax,rbx
                mov    al,sil
                mov    rax,QWORD PTR [rsp+0x8]
                mov    cx,WORD PTR [rsp+0x8]
                mov    QWORD PTR [rsp+0x8],r9
                mov    DWORD PTR [rsp+0x8],r9d
                add    rax,rbx
                add    eax,ebx
                sub    rsp,0x20
                and    ecx,0xffffff80
                cmp    QWORD PTR [rsp+0x8],0x3e8
                cmp    BYTE PTR [rsp+0x8],0xff
                xor    rax,QWORD PTR [rsp+0x8]
                or     DWORD PTR [rsp+0x8],edx
                test   rax,rax
                test   BYTE PTR [rsp+0x8],0x1
                """, a -> {
            long m = mem(RSP, 8);
            a.mov(RAX, RBX);
            a.mov(W8, RAX, RSI);
            a.mov(RAX, m);
            a.mov(W16, RCX, m);
            a.mov(m, R9);
            a.mov(W32, m, R9);
            a.add(RAX, RBX);
            a.add(W32, RAX, RBX);
            a.subi(RSP, 32);
            a.andi(W32, RCX, -128);
            a.cmpi(m, 1000);
            a.cmpi(W8, m, -1);
            a.xor(RAX, m);
            a.or(W32, m, RDX);
            a.test(RAX, RAX);
            a.testi(W8, m, 1);
        });
    }

    @Test
    void everythingElse() {
        assertCode("""
                mov    DWORD PTR [rbx],0x7
                lea    rax,[rbx]
                lea    eax,[rbx]
                movzx  eax,cl
                movzx  eax,BYTE PTR [rbx]
                movzx  eax,cx
                movzx  eax,WORD PTR [rbx]
                movsx  rax,cl
                movsx  eax,BYTE PTR [rbx]
                movsx  eax,cx
                movsx  rax,WORD PTR [rbx]
                movsxd rax,ecx
                movsxd rax,DWORD PTR [rbx]
                neg    eax
                not    rax
                imul   eax,ecx
                imul   eax,ecx,0x64
                cdq
                cqo
                shl    eax,0x3
                shr    rax,1
                sar    eax,0x1f
                xchg   DWORD PTR [rbx],eax
                xchg   rax,rcx
                lock xadd   QWORD PTR [rbx],rax
                setb   sil
                seta   BYTE PTR [rbx]
                cmove  eax,ecx
                cmovne rax,QWORD PTR [rbx]
                push   r12
                push   QWORD PTR [rbx]
                push   0x5
                pop    r12
                pop    QWORD PTR [rbx]
                movq   xmm9,rax
                movd   eax,xmm9
                movaps xmm1,xmm9
                movsd  xmm1,QWORD PTR [rbx]
                movss  xmm1,DWORD PTR [rbx]
                movsd  QWORD PTR [rbx],xmm1
                movss  DWORD PTR [rbx],xmm1
                movups xmm1,XMMWORD PTR [rbx]
                movups XMMWORD PTR [rbx],xmm1
                jmp    rax
                jmp    QWORD PTR [rbx]
                call   rax
                call   QWORD PTR [rbx]
                ret
                ret    0x20
                ud2
                int3
                """, a -> {
            long m = mem(RBX);
            a.storei(W32, m, 7);
            a.lea(RAX, m);
            a.lea(W32, RAX, m);
            a.movzx8(RAX, RCX);
            a.movzx8(RAX, m);
            a.movzx16(RAX, RCX);
            a.movzx16(RAX, m);
            a.movsx8(W64, RAX, RCX);
            a.movsx8(W32, RAX, m);
            a.movsx16(W32, RAX, RCX);
            a.movsx16(W64, RAX, m);
            a.movsxd(RAX, RCX);
            a.movsxd(RAX, m);
            a.neg(W32, RAX);
            a.not(W64, RAX);
            a.imul(W32, RAX, RCX);
            a.imuli(W32, RAX, RCX, 100);
            a.cdq();
            a.cqo();
            a.shli(W32, RAX, 3);
            a.shri(W64, RAX, 1);
            a.sari(W32, RAX, 31);
            a.xchg(W32, m, RAX);
            a.xchg(W64, RAX, RCX);
            a.lock();
            a.mr(Op.XADD, W64, m, RAX);
            a.set(Cond.BELOW, RSI);
            a.set(Cond.ABOVE, m);
            a.cmov(Cond.EQUAL, W32, RAX, RCX);
            a.cmov(Cond.NOT_EQUAL, W64, RAX, m);
            a.push(R12);
            a.push(m);
            a.pushi(5);
            a.pop(R12);
            a.pop(m);
            a.gprToXmm(W64, XMM9, RAX);
            a.xmmToGpr(W32, RAX, XMM9);
            a.movaps(XMM1, XMM9);
            a.movs(W64, XMM1, m);
            a.movs(W32, XMM1, m);
            a.movs(W64, m, XMM1);
            a.movs(W32, m, XMM1);
            a.movups(XMM1, m);
            a.movups(m, XMM1);
            a.jmpr(RAX);
            a.jmpm(m);
            a.callr(RAX);
            a.callm(m);
            a.ret(0);
            a.ret(32);
            a.ud2();
            a.int3();
        });
    }

    @Test
    void immediatesTakeTheShortestWay() {
        assertCode("""
                xor    eax,eax
                mov    eax,0x0
                mov    eax,0x1
                mov    eax,0xffffffff
                mov    rax,0xffffffffffffffff
                mov    eax,0x80000000
                mov    rax,0xffffffff80000000
                movabs rax,0xffffffff7fffffff
                movabs rax,0x100000000
                mov    r9d,0xffffffff
                """, a -> {
            a.movi(RAX, 0);
            a.moviKeepFlags(W64, RAX, 0);
            a.movi(RAX, 1);
            a.movi(RAX, 0xFFFF_FFFFL);
            a.movi(RAX, -1);
            a.movi(RAX, 0x8000_0000L);
            a.movi(RAX, Integer.MIN_VALUE);
            a.movi(RAX, Integer.MIN_VALUE - 1L);
            a.movi(RAX, 0x1_0000_0000L);
            a.movi(W32, R9, -1);
        });
    }

    @Test
    void operandsOfTheWrongKindAreAssertionErrors() {
        Assembler a = new Assembler();
        assertThrows(AssertionError.class, () -> a.mov(RAX, 16));
        assertThrows(AssertionError.class, () -> a.mov(RAX, 5L));
        assertThrows(AssertionError.class, () -> a.lea(RAX, 0L));
        assertThrows(AssertionError.class, () -> mem(RAX, RSP, 0, 0));
        assertThrows(AssertionError.class, () -> mem(16, 0));
        assertThrows(AssertionError.class, () -> a.movi(W32, RAX, 1L << 32));
        assertThrows(AssertionError.class, () -> a.rr(Op.BSF, W8, RAX, RCX));
        assertThrows(AssertionError.class, () -> a.rvr(Op.PBLENDVB, Width.W128, 1, 2, 3));
    }

    @Test
    void conditions() {
        for (int cond = 0; cond < 16; cond++) {
            assertEquals(cond, Cond.negate(Cond.negate(cond)));
        }
        assertEquals(Cond.ABOVE_EQUAL, Cond.negate(Cond.BELOW));
        assertEquals(Cond.GREATER, Cond.swap(Cond.LESS));
        assertEquals(Cond.BELOW_EQUAL, Cond.swap(Cond.ABOVE_EQUAL));
        assertEquals(Cond.EQUAL, Cond.swap(Cond.EQUAL));
        assertThrows(IllegalArgumentException.class, () -> Cond.swap(Cond.SIGN));
        assertEquals("ae", Cond.name(Cond.ABOVE_EQUAL));
    }

    @Test
    void rowsTellWhatTheyNeedAndDo() {
        assertEquals(Feature.BASE, Op.ADD.feature());
        assertEquals(Feature.SSE41, Op.PMULLD.feature());
        assertEquals(Feature.AVX, Op.PMULLD.vexFeature(Width.W128));
        assertEquals(Feature.AVX2, Op.PMULLD.vexFeature(Width.W256));
        assertEquals(Feature.AVX, Op.ADDPS.vexFeature(Width.W256));
        assertEquals(Feature.FMA, Op.VFMADD231SD.vexFeature(Width.W128));
        assertEquals(Feature.BMI2, Op.SHLX.feature());
        assertEquals(null, Op.ADD.vexFeature(Width.W128));
        assertTrue(Op.CMP.readsFirst() && !Op.CMP.writesFirst() && Op.CMP.writesFlags() && !Op.CMP.readsFlags());
        assertTrue(Op.XCHG.writesSecond() && !Op.ADD.writesSecond());
        assertTrue(Op.DIV.usesImplicit(RDX) && !Op.DIV.usesImplicit(RCX));
        assertEquals("imul", Op.IMUL_WIDE.mnemonic());
        assertEquals("rep movs", Op.REP_MOVS.mnemonic());
        for (Op op : Op.values()) {
            assertTrue(op.hasVex() || (op.encoding & Bits.VEX) != Bits.VEX);
            assertTrue(!op.feature().name().startsWith("AVX") || op.hasVex(), op.name());
        }
    }

    @Test
    void relocationsOfBranches() {
        Assembler a = new Assembler();
        a.jmpAddress(0x1000);
        a.callAddress(0x2000);
        assertEquals(new Reloc(Reloc.PC32, 1, 0x1000, -4), a.reloc(0));
        assertEquals(new Reloc(Reloc.PC32, 6, 0x2000, -4), a.reloc(1));
    }
}
