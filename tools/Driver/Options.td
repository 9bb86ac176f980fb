// Options of tarn-compile and tarn-run.
include "CommonOptions.td"
include "SimulateOptions.td"

def grp_compile : OptionGroup<"compile">, HelpText<"COMPILING">;

def output : JoinedOrSeparate<["-"], "o">, HelpText<"write to FILE">, MetaVarName<"FILE">, Group<grp_compile>;
def O : Joined<["-"], "O">, HelpText<"optimisation level: 0 without fusion; 1 and 2 (default) are equal; 3 looks longer for a fast order">, MetaVarName<"N">, Group<grp_compile>;
let Group = grp_compile in {
defm target : Value<"target", "trn1, inf2, trn2 or trn3, or a YAML file (default trn2, or the chip that a form was made for)", "CHIP">;
defm shape : Repeated<"shape", "fix an input's dynamic dimensions", "NAME=1x3x224x224">;
defm dim : Repeated<"dim", "fix a symbolic dimension", "NAME=VALUE">;
defm auto_cast : Value<"auto-cast", "none, matmult or all (default none)", "WHAT">;
defm auto_cast_type : Value<"auto-cast-type", "bf16 or fp16", "TYPE">;
defm emit : Value<"emit", "print a form: onnx graph linalg virtual scheduled placed queued asm elf", "FORM">;
defm start_at : Value<"start-at", "the form that MODEL (.mlir) is in", "FORM">;
defm stop_after : Value<"stop-after", "stop after a form or a pass and print it", "FORM|PASS">;
defm dump_forms : Value<"dump-forms", "write every form to a numbered file in DIR", "DIR">;
defm unroll : Value<"unroll", "full: no loops; none: every loop that can be kept (without it: those that make the program much smaller)", "HOW">;
defm load_pass_plugin : Value<"load-pass-plugin", "load passes from a library", "LIB">;
defm insert_after : Value<"insert-after", "run a pass pipeline after a form is made", "FORM:PIPELINE">;
def check : Switch<"check", "list every node that cannot be compiled, and stop">;
def operators : Switch<"operators", "list the operators that can be compiled, with their restrictions, and stop">;
defm report : Value<"report", "text, json or, of a run, html (one page), with :FILE to a file", "KIND[:FILE]">;
}

// As mlir-opt has them. Categories: fusion, layout, memory, tiles, loops.
def grp_remarks : OptionGroup<"remarks">, HelpText<"REMARKS (what the compiler decided, and why)">;
let Group = grp_remarks in {
defm remarks_filter : Value<"remarks-filter", "all remarks of categories that match: fusion, layout, memory, tiles, loops", "REGEX">;
defm remarks_filter_passed : Value<"remarks-filter-passed", "what was done", "REGEX">;
defm remarks_filter_missed : Value<"remarks-filter-missed", "what could not be done, and why", "REGEX">;
defm remarks_filter_analyse : Value<"remarks-filter-analyse", "what was found", "REGEX">;
defm remarks_filter_failed : Value<"remarks-filter-failed", "what was tried and failed", "REGEX">;
defm remark_format : Value<"remark-format", "emitRemark (default: on stderr), yaml or bitstream (to a file)", "FORMAT">;
defm remarks_output_file : Value<"remarks-output-file", "for yaml and bitstream (default mlir-remarks.yaml or .bitstream)", "FILE">;
}
// Its policy `final` has no fixed order.
def remark_policy : Joined<["--"], "remark-policy=">, Group<grp_missing>;
