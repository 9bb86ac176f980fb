// Options of tarn-sim.
include "CommonOptions.td"
include "SimulateOptions.td"

defm target : Value<"target", "chip by name or YAML file, instead of the one in the program", "CHIP">;
defm report : Value<"report", "text (default), json or html (one page), with :FILE to a file", "KIND[:FILE]">;
