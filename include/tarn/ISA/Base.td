// The classes that instruction records are made of. Known to no dialect and to no MLIR: tarn-tblgen reads them.
#ifndef TARN_ISA_BASE
#define TARN_ISA_BASE

// ---- Engines

class EngineDef<string name> {
  string mnemonic = name;
}
def PE : EngineDef<"pe">;
def ACT : EngineDef<"act">;
def DVE : EngineDef<"dve">;
def POOL : EngineDef<"pool">;
def SP : EngineDef<"sp">;

// ---- Enumerations that fields take values of. `cases` are spelt as in C++, assembly and IR; the encoding is the index.

class Enum<string cppName, list<string> theCases, string text> {
  string name = cppName;
  list<string> cases = theCases;
  string summary = text;
}

// ---- Fields. The kind decides C++ type, encoding, assembly and the form in IR.

class Field<string fieldName, string fieldKind, int encodedBytes, string text> {
  string name = fieldName;
  string kind = fieldKind;   // In Out InOut DmaIn DmaOut DmaInOut DmaInList Scalar Index Extents Mask Enum F32 F32List
                            // I32 U8 Flag Register RegImm Label
  int bytes = encodedBytes;  // in the encoding; lib/ISA/Encoding.cpp writes as many
  Enum enumeration = ?;      // of kind Enum
  string default = "";       // C++ text; a field with a default may be left out in assembly and IR
  string summary = text;
}
// Tensor operands of an engine: read; written; written and read (accumulated into, or partly kept).
class In<string name, string text = ""> : Field<name, "In", 32, text>;
class Out<string name, string text = ""> : Field<name, "Out", 32, text>;
class InOut<string name, string text = ""> : Field<name, "InOut", 32, text>;
class DmaIn<string name, string text = ""> : Field<name, "DmaIn", 76, text>;
class DmaOut<string name, string text = ""> : Field<name, "DmaOut", 76, text>;
class DmaInOut<string name, string text = ""> : Field<name, "DmaInOut", 76, text>;
// 1 to 16 sides of a DMA.
class DmaInList<string name, string text = ""> : Field<name, "DmaInList", 1217, text>;
// An fp32 immediate or [P,1] operand.
class Scalar<string name, string value, string text = ""> : Field<name, "Scalar", 37, text> { let default = value; }
class Index<string name, string text = ""> : Field<name, "Index", 33, text>;
// Up to 4 sizes, outermost first.
class Extents<string name, string text = ""> : Field<name, "Extents", 17, text>;
class Mask<string name, string text = ""> : Field<name, "Mask", 32, text>;
class EnumField<string name, Enum e, string value = "", string text = ""> : Field<name, "Enum", 1, text> {
  let enumeration = e;
  let default = value;       // a case of the enumeration
}
class F32<string name, string value = "", string text = ""> : Field<name, "F32", 4, text> { let default = value; }
// Up to 16 numbers.
class F32List<string name, string text = ""> : Field<name, "F32List", 65, text> { let default = "{}"; }
class I32<string name, string value = "", string text = ""> : Field<name, "I32", 4, text> { let default = value; }
class U8<string name, string value = "", string text = ""> : Field<name, "U8", 1, text> { let default = value; }
class Flag<string name, string text = ""> : Field<name, "Flag", 1, text> { let default = "false"; }
class Register<string name, string text = ""> : Field<name, "Register", 1, text>;
class RegImm<string name, string text = ""> : Field<name, "RegImm", 5, text>;
class Label<string name, string text = ""> : Field<name, "Label", 4, text>; // index of an instruction of the same stream

// ---- Rules: conditions that a legal instruction fulfils.

class Rule<string ruleNumber, string text, string cond, string what, string when = "shapes", string shown = ""> {
  string number = ruleNumber;   // "matmul_c3": named in messages, docs and the negative test
  string summary = text;        // what is allowed; reads on after "found 513, allowed: "
  string condition = cond;      // C++ over `self` (the struct), `engine` and `chip`
  string found = what;          // C++ of what a message shows
  string needs = when;          // "shapes", "addresses", "queues" or "stream": what must be decided before it can be asked
  string allowed = shown;       // C++ of what a message shows as allowed where that depends on the instruction
}

// Rules of every instruction; their expressions see `instruction`, its `info`, `engine` and `chip`. Rules of one
// instruction that need "stream" also see `streamSize`, the number of instructions of its engine.
class InstructionRules<list<Rule> theRules> {
  list<Rule> rules = theRules;
}

// Rules that hold for each field of some kinds; their expressions see the field's value as `operand`. For scalars they
// are asked when the operand comes from memory.
class FieldRules<list<string> ofKinds, list<Rule> theRules> {
  list<string> kinds = ofKinds;
  list<Rule> rules = theRules;
}

// ---- Instructions

class Instruction<string name, int number, list<EngineDef> on> {
  string mnemonic = name;
  int opcode = number;
  list<EngineDef> engines = on;
  list<Field> fields = [];
  list<Rule> rules = [];
  int firstCore = 2;         // the first NeuronCore that has it: 2 (trn1, inf2), 3 (trn2) or 4 (trn3)
  bit isDma = 0;
  bit isControl = 0;         // executed in the sequencer, without a data path
  // Cost in ns as C++ expressions over `self`, `engine`, `chip`. `issue`: from this instruction's start to when the
  // engine can start its next one; `completion`: from start to visible results.
  string issue = "";
  string completion = "";
  string summary = "";
  string description = "";
  // A line of assembly that the manual shows and a test runs, after the lines of `before` (directives and labels among
  // them; of the same engine unless a line names another) when it needs any.
  string example = "";
  string before = "";
  string exampleEngine = ""; // when it is not the first of `engines`
}

// An operation of the dialect that stands for several instructions: beside the rules of those, the ones that look at its
// operands together.
class Macro<string name> {
  string mnemonic = name;
  list<Field> fields = [];
  list<Rule> rules = [];
  string summary = "";
}

#endif
