// Options of tarn-compile, and the part of tarn-run's that it shares.
include "llvm/Option/OptParser.td"

def grp_compile : OptionGroup<"compile">, HelpText<"COMPILING">;
def grp_simulate : OptionGroup<"simulate">, HelpText<"SIMULATING">;

multiclass Joined_<string name, string help, string meta, OptionGroup group> {
  def NAME : Joined<["--"], name # "=">, HelpText<help>, MetaVarName<meta>, Group<group>;
}
class Flag_<string name, string help> : Flag<["--"], name>, HelpText<help>;

def help : Flag_<"help", "print this page">;
def version : Flag_<"version", "print the version">;
def output : JoinedOrSeparate<["-"], "o">, HelpText<"write to FILE">, MetaVarName<"FILE">, Group<grp_compile>;
def O : Joined<["-"], "O">, HelpText<"optimisation level: 0 without fusion; 1, 2 (default) and 3 are equal">, MetaVarName<"N">, Group<grp_compile>;
defm target : Joined_<"target", "trn1, inf2, trn2 or trn3, or a YAML file (default trn2)", "CHIP", grp_compile>;
def set : Separate<["--"], "set">, HelpText<"override a key of the chip file, KEY=VALUE">, MetaVarName<"KEY=VALUE">,
          Group<grp_compile>;
def set_eq : Joined<["--"], "set=">, Alias<set>;
def shape : Separate<["--"], "shape">, HelpText<"fix an input's dynamic dimensions, NAME=1x3x224x224">, Group<grp_compile>;
def shape_eq : Joined<["--"], "shape=">, Alias<shape>;
def dim : Separate<["--"], "dim">, HelpText<"fix a symbolic dimension, NAME=VALUE">, Group<grp_compile>;
def dim_eq : Joined<["--"], "dim=">, Alias<dim>;
defm auto_cast : Joined_<"auto-cast", "none, matmult or all (default none)", "WHAT", grp_compile>;
defm auto_cast_type : Joined_<"auto-cast-type", "bf16 or fp16", "TYPE", grp_compile>;
defm emit : Joined_<"emit", "print a form: onnx graph linalg virtual scheduled placed queued asm elf", "FORM", grp_compile>;
defm start_at : Joined_<"start-at", "the form that MODEL (.mlir) is in", "FORM", grp_compile>;
defm stop_after : Joined_<"stop-after", "stop after a form or a pass and print it", "FORM|PASS", grp_compile>;
defm dump_forms : Joined_<"dump-forms", "write every form to a numbered file in DIR", "DIR", grp_compile>;
defm unroll : Joined_<"unroll", "full: no loops; none: every loop that can be kept (without it: those that make the program much smaller)", "HOW", grp_compile>;
defm load_pass_plugin : Joined_<"load-pass-plugin", "load passes from a library", "LIB", grp_compile>;
defm insert_after : Joined_<"insert-after", "run a pass pipeline after a form is made, FORM:PIPELINE", "FORM:PIPELINE", grp_compile>;
def check : Flag_<"check", "list every node that cannot be compiled, and stop">, Group<grp_compile>;
defm report : Joined_<"report", "text, json or, of a run, html (one page), with :FILE to a file", "KIND[:FILE]", grp_compile>;

def input : Separate<["--"], "input">, HelpText<"an input, NAME=@x.npy or NAME=@x.pb">, Group<grp_simulate>;
def input_eq : Joined<["--"], "input=">, Alias<input>;
def random_inputs : Flag_<"random-inputs", "random values for inputs that are not given">, Group<grp_simulate>;
defm random_inputs_eq : Joined_<"random-inputs", "the same with a seed", "SEED", grp_simulate>;
defm outputs : Joined_<"outputs", "write outputs to DIR", "DIR", grp_simulate>;
def expect : Separate<["--"], "expect">, HelpText<"compare an output, NAME=@y.npy or NAME=@y.pb">, Group<grp_simulate>;
def expect_eq : Joined<["--"], "expect=">, Alias<expect>;
defm rtol : Joined_<"rtol", "relative tolerance", "X", grp_simulate>;
defm atol : Joined_<"atol", "absolute tolerance", "X", grp_simulate>;
def timing_only : Flag_<"timing-only", "time without values">, Group<grp_simulate>;
defm views : Joined_<"views", "summary,timeline,utilization,stalls,traffic,roofline,memory,instructions", "LIST", grp_simulate>;
defm trace : Joined_<"trace", "Chrome trace events, or Perfetto's binary form", "FILE.json|FILE.pftrace", grp_simulate>;
defm checks : Joined_<"checks", "all, none, or of races,uninitialized,bounds,deadlock", "LIST", grp_simulate>;

defm throttle_phase : Joined_<"throttle-phase", "start of a throttle window in ns", "NS", grp_simulate>;

// Named in the manual and not built: exit code 2.
def grp_missing : OptionGroup<"not supported yet">;
defm profile : Joined_<"profile", "", "", grp_missing>;
defm trips : Joined_<"trips", "", "", grp_missing>;
defm cores : Joined_<"cores", "", "", grp_missing>;
def profile_separate : Separate<["--"], "profile">, Group<grp_missing>;
def trips_separate : Separate<["--"], "trips">, Group<grp_missing>;
def cores_separate : Separate<["--"], "cores">, Group<grp_missing>;
// MLIR's switches for remarks: no pass makes remarks yet.
def remarks : Joined<["--"], "remark">, Group<grp_missing>;
