//! A thin layer over Cranelift's instruction builder: the current block, memory regions,
//! cached signatures and callees.

use crate::compiler::{NAMES_SEGMENT, NAMES_SLOW, NAMES_STUB};
use crate::machine::Stub;
use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F64, I8, I32, I64};
use cranelift_codegen::ir::{
    AbiParam, AliasRegion, AliasRegionData, Block, BlockArg, ExtFuncData, ExternalName, FuncRef,
    Function, Inst, InstBuilder, InstructionData, MemFlagsData, SigRef, Signature, TrapCode, Type,
    UserExternalName, Value,
};
use cranelift_codegen::isa::CallConv;
use std::collections::HashMap;
use termite_abi::REG_ARGS;
use termite_ir::CpId;

/// Disjoint parts of memory, as the alias analysis knows them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Memory {
    /// The machine context.
    Context,
    /// What programs can change: fields of pairs, vectors, boxes, cells, records.
    Heap,
    /// What never changes once it is made: headers, frames, closures, flonums.
    Constant,
}

/// Builds one function.
pub struct Emit<'f> {
    cur: FuncCursor<'f>,
    regions: [AliasRegion; 3],
    context: Option<Value>,
    tail_sigs: [Option<SigRef>; REG_ARGS + 2],
    stub_sigs: [Option<SigRef>; 2],
    prim_sig: Option<SigRef>,
    callees: HashMap<(u32, u32, usize), FuncRef>,
    prims: Vec<u64>,
}

impl<'f> Emit<'f> {
    /// Starts `func` anew, with a signature of `params` words.
    pub fn new(func: &'f mut Function, params: usize) -> Emit<'f> {
        func.signature = signature(CallConv::Tail, params);
        let regions = ["context", "heap", "constant"].map(|_| ());
        let mut id = 0;
        let regions = regions.map(|()| {
            id += 1;
            func.dfg.alias_regions.insert(AliasRegionData {
                user_id: id,
                description: "".into(),
            })
        });
        Emit {
            cur: FuncCursor::new(func),
            regions,
            context: None,
            tail_sigs: [None; REG_ARGS + 2],
            stub_sigs: [None; 2],
            prim_sig: None,
            callees: HashMap::new(),
            prims: Vec::new(),
        }
    }

    /// Makes and enters the entry block; returns the function's parameters.
    pub fn start(&mut self) -> Vec<Value> {
        let entry = self.block();
        self.switch(entry);
        for _ in 0..self.cur.func.signature.params.len() {
            self.cur.func.dfg.append_block_param(entry, I64);
        }
        self.context = Some(self.cur.ins().get_pinned_reg(I64));
        self.cur.func.dfg.block_params(entry).to_vec()
    }

    // -- blocks --

    pub fn block(&mut self) -> Block {
        let block = self.cur.func.dfg.make_block();
        self.cur.func.layout.append_block(block);
        block
    }

    pub fn cold_block(&mut self) -> Block {
        let block = self.block();
        self.cur.func.layout.set_cold(block);
        block
    }

    pub fn params_of(&self, block: Block) -> Vec<Value> {
        self.cur.func.dfg.block_params(block).to_vec()
    }

    pub fn type_of(&self, value: Value) -> Type {
        self.cur.func.dfg.value_type(value)
    }

    pub fn param(&mut self, block: Block, ty: Type) -> Value {
        self.cur.func.dfg.append_block_param(block, ty)
    }

    /// Goes on at the end of `block`.
    pub fn switch(&mut self, block: Block) {
        self.cur.goto_bottom(block);
    }

    pub fn current(&self) -> Block {
        self.cur
            .current_block()
            .unwrap_or_else(|| Block::from_u32(0))
    }

    pub fn jump(&mut self, to: Block, args: &[Value]) {
        let args: Vec<BlockArg> = args.iter().map(|&v| BlockArg::Value(v)).collect();
        self.cur.ins().jump(to, &args);
    }

    /// Goes to `to`, cold, if `cond`; else to `join` with `arg`.
    pub fn leave_or_join(&mut self, cond: Value, to: Block, join: Block, arg: Value) {
        self.cur
            .ins()
            .brif(cond, to, &[], join, &[BlockArg::Value(arg)]);
    }

    pub fn branch(&mut self, cond: Value, then: Block, or_else: Block) {
        self.cur.ins().brif(cond, then, &[], or_else, &[]);
    }

    /// Goes to `to` unless `cond`, else on in a new block.
    pub fn leave_unless(&mut self, cond: Value, to: Block) {
        let on = self.block();
        self.branch(cond, on, to);
        self.switch(on);
    }

    pub fn leave_if(&mut self, cond: Value, to: Block) {
        let on = self.block();
        self.branch(cond, to, on);
        self.switch(on);
    }

    /// For places that no execution reaches.
    pub fn trap(&mut self) {
        self.cur.ins().trap(TrapCode::unwrap_user(1));
    }

    // -- memory --

    fn flags(&self, memory: Memory) -> MemFlagsData {
        MemFlagsData::trusted().with_alias_region(Some(self.regions[memory as usize]))
    }

    pub fn load(&mut self, memory: Memory, base: Value, offset: i32) -> Value {
        self.load_as(I64, memory, base, offset)
    }

    pub fn load_as(&mut self, ty: Type, memory: Memory, base: Value, offset: i32) -> Value {
        let flags = self.flags(memory);
        self.cur.ins().load(ty, flags, base, offset)
    }

    pub fn load_byte(&mut self, memory: Memory, base: Value, offset: i32) -> Value {
        let flags = self.flags(memory);
        self.cur.ins().uload8(I64, flags, base, offset)
    }

    pub fn load_u32(&mut self, memory: Memory, base: Value, offset: i32) -> Value {
        let flags = self.flags(memory);
        self.cur.ins().uload32(flags, base, offset)
    }

    pub fn store(&mut self, memory: Memory, value: Value, base: Value, offset: i32) {
        let flags = self.flags(memory);
        self.cur.ins().store(flags, value, base, offset);
    }

    pub fn store_byte(&mut self, memory: Memory, value: Value, base: Value, offset: i32) {
        let flags = self.flags(memory);
        self.cur.ins().istore8(flags, value, base, offset);
    }

    pub fn context(&mut self) -> Value {
        match self.context {
            Some(v) => v,
            None => self.cur.ins().get_pinned_reg(I64),
        }
    }

    pub fn load_context(&mut self, offset: i32) -> Value {
        let context = self.context();
        self.load(Memory::Context, context, offset)
    }

    /// A load that is repeated each time it is executed, however it looks: other threads
    /// store there.
    pub fn load_context_shared(&mut self, offset: i32) -> Value {
        let context = self.context();
        let address = self.add_imm(context, i64::from(offset));
        let flags = self.flags(Memory::Context);
        self.cur.ins().atomic_load(I64, flags, address)
    }

    pub fn store_context(&mut self, value: Value, offset: i32) {
        let context = self.context();
        self.store(Memory::Context, value, context, offset);
    }

    // -- constants and integers --

    pub fn word(&mut self, n: u64) -> Value {
        self.cur.ins().iconst(I64, n as i64)
    }

    pub fn flag_const(&mut self, b: bool) -> Value {
        self.cur.ins().iconst(I8, i64::from(b))
    }

    /// A constant that [`Emit::set_word`] replaces later.
    pub fn word_later(&mut self) -> (Value, Inst) {
        let value = self.word(0);
        let inst = self.cur.func.dfg.value_def(value).unwrap_inst();
        (value, inst)
    }

    pub fn set_word(&mut self, inst: Inst, n: u64) {
        if let InstructionData::UnaryImm { imm, .. } = &mut self.cur.func.dfg.insts[inst] {
            *imm = (n as i64).into();
        }
    }

    pub fn add_imm(&mut self, x: Value, n: i64) -> Value {
        if n == 0 {
            x
        } else {
            self.cur.ins().iadd_imm_s(x, n)
        }
    }

    pub fn compare(&mut self, cc: IntCC, a: Value, b: Value) -> Value {
        self.cur.ins().icmp(cc, a, b)
    }

    pub fn compare_imm(&mut self, cc: IntCC, a: Value, n: u64) -> Value {
        self.cur.ins().icmp_imm_s(cc, a, n as i64)
    }

    pub fn compare_float(&mut self, cc: FloatCC, a: Value, b: Value) -> Value {
        self.cur.ins().fcmp(cc, a, b)
    }

    /// Nonzero unless the low three bits of `x` are those of `tag`.
    pub fn tag_differs(&mut self, x: Value, tag: u64) -> Value {
        let x = self.add_imm(x, -(tag as i64));
        let low = self.cur.ins().ireduce(I8, x);
        self.cur.ins().band_imm_s(low, 7)
    }

    /// `x`, in a form that Cranelift sees through too late to know that a loop variable
    /// never changes: it would move the tests of its tag out of the loop and spill them.
    pub fn disguised(&mut self, x: Value) -> Value {
        if self.type_of(x) == I64 {
            self.cur.ins().band(x, x)
        } else {
            x
        }
    }

    /// The low byte of a word.
    pub fn low_byte(&mut self, x: Value) -> Value {
        self.cur.ins().ireduce(I8, x)
    }

    /// The builder itself, for the operations that are used in one place.
    pub fn ins(&mut self) -> cranelift_codegen::ir::InsertBuilder<'_, &mut FuncCursor<'f>> {
        self.cur.ins()
    }

    pub fn float_const(&mut self, bits: u64) -> Value {
        self.cur.ins().f64const(f64::from_bits(bits))
    }

    pub fn load_float(&mut self, base: Value, offset: i32) -> Value {
        self.load_as(F64, Memory::Constant, base, offset)
    }

    /// A flag as a 64-bit 0 or 1.
    pub fn widen(&mut self, flag: Value) -> Value {
        self.cur.ins().uextend(I64, flag)
    }

    /// Low half of a word, for compares of headers.
    pub fn low_half(&mut self, x: Value) -> Value {
        self.cur.ins().ireduce(I32, x)
    }

    // -- calls --

    /// Leaves for another segment of this batch.
    pub fn tail_call_segment(&mut self, cp: CpId, args: &[Value]) {
        let sig = self.tail_sig(args.len());
        let callee = self.callee(NAMES_SEGMENT, cp.0, args.len(), sig);
        self.cur.ins().return_call(callee, args);
    }

    /// Leaves for the code at an address.
    pub fn tail_call(&mut self, address: Value, args: &[Value]) {
        let sig = self.tail_sig(args.len());
        self.cur.ins().return_call_indirect(sig, address, args);
    }

    /// Leaves for the driver.
    pub fn tail_call_stub(&mut self, stub: Stub, args: &[Value]) {
        let sig = self.tail_sig(args.len());
        let callee = self.callee(NAMES_STUB, stub as u32, args.len(), sig);
        self.cur.ins().return_call(callee, args);
    }

    /// Calls a stub that preserves all registers.
    pub fn call_stub(&mut self, stub: Stub, args: &[Value]) {
        let sig = self.stub_sig(args.len());
        let callee = self.callee(NAMES_STUB, stub as u32, args.len(), sig);
        self.cur.ins().call(callee, args);
    }

    /// Calls a primitive through a slow stub, which preserves all registers.
    pub fn call_slow_stub(&mut self, stub: Stub, prim: u64) {
        let index = match self.prims.iter().position(|&p| p == prim) {
            Some(index) => index,
            None => {
                self.prims.push(prim);
                self.prims.len() - 1
            }
        };
        let sig = self.stub_sig(0);
        let callee = self.callee(NAMES_SLOW + stub as u32, index as u32, 0, sig);
        self.cur.ins().call(callee, &[]);
    }

    /// The primitives that slow stubs were asked for.
    pub fn into_prims(self) -> Vec<u64> {
        self.prims
    }

    fn stub_sig(&mut self, params: usize) -> SigRef {
        let sig = match self.stub_sigs[params] {
            Some(sig) => sig,
            None => self
                .cur
                .func
                .import_signature(signature(CallConv::PreserveAll, params)),
        };
        self.stub_sigs[params] = Some(sig);
        sig
    }

    /// Calls a primitive: context, arguments, their count.
    pub fn call_prim(&mut self, address: Value, args: [Value; 3]) -> Value {
        let sig = match self.prim_sig {
            Some(sig) => sig,
            None => {
                let mut sig = signature(CallConv::SystemV, 3);
                sig.returns.push(AbiParam::new(I64));
                self.cur.func.import_signature(sig)
            }
        };
        self.prim_sig = Some(sig);
        let call = self.cur.ins().call_indirect(sig, address, &args);
        self.cur.func.dfg.first_result(call)
    }

    fn tail_sig(&mut self, params: usize) -> SigRef {
        let sig = match self.tail_sigs[params] {
            Some(sig) => sig,
            None => self
                .cur
                .func
                .import_signature(signature(CallConv::Tail, params)),
        };
        self.tail_sigs[params] = Some(sig);
        sig
    }

    fn callee(&mut self, namespace: u32, index: u32, shape: usize, signature: SigRef) -> FuncRef {
        let func = &mut self.cur.func;
        *self
            .callees
            .entry((namespace, index, shape))
            .or_insert_with(|| {
                let name =
                    func.declare_imported_user_function(UserExternalName { namespace, index });
                func.import_function(ExtFuncData {
                    name: ExternalName::user(name),
                    signature,
                    colocated: true,
                    patchable: false,
                })
            })
    }
}

fn signature(convention: CallConv, params: usize) -> Signature {
    let mut signature = Signature::new(convention);
    signature.params.resize(params, AbiParam::new(I64));
    signature
}
