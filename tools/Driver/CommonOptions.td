// How options are spelt, and those that every driver has.
include "llvm/Option/OptParser.td"

// Options of running a program: tarn-compile refuses them and does not list them.
def SimulateOnly : OptionFlag;

// --name=VALUE
multiclass Value<string name, string help, string meta> {
  def NAME : Joined<["--"], name # "=">, HelpText<help>, MetaVarName<meta>;
}
// --name VALUE and --name=VALUE, as often as wanted
multiclass Repeated<string name, string help, string meta> {
  def NAME : Separate<["--"], name>, HelpText<help>, MetaVarName<meta>;
  def NAME # _eq : Joined<["--"], name # "=">, Alias<!cast<Option>(NAME)>;
}
class Switch<string name, string help> : Flag<["--"], name>, HelpText<help>;

def help : Switch<"help", "print this page">;
def h : Flag<["-"], "h">, Alias<help>, HelpText<"the same">;
def version : Switch<"version", "print the version">;
defm set : Repeated<"set", "override a key of the chip file, as in --set pe.clock_hz=2.8e9", "KEY=VALUE">;

// Named in the manual and not built: exit code 2.
def grp_missing : OptionGroup<"not supported yet">;
