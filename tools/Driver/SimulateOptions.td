// Options of running a program, of tarn-sim and tarn-run alike.
def grp_simulate : OptionGroup<"simulate">, HelpText<"SIMULATING">;

let Group = grp_simulate, Flags = [SimulateOnly] in {
defm input : Repeated<"input", "an input from a .npy or .pb file", "NAME=@FILE">;
def random_inputs : Switch<"random-inputs", "random values for inputs that are not given">;
defm random_seed : Value<"random-inputs", "the same with a seed", "SEED">;
defm outputs : Value<"outputs", "write outputs as .npy files to DIR", "DIR">;
defm expect : Repeated<"expect", "compare an output; exit code 3 when it differs", "NAME=@FILE">;
defm rtol : Value<"rtol", "allowed difference, relative to the largest expected value (1e-3; 1e-2 for 16-bit types)", "X">;
defm atol : Value<"atol", "allowed difference, absolute (0)", "X">;
def timing_only : Switch<"timing-only", "time without values">;
defm trips : Repeated<"trips", "with --timing-only: how often what a branch on data decides about is executed; LABEL as in pe[12]", "LABEL=N">;
defm views : Value<"views", "of summary,timeline,utilization,stalls,traffic,roofline,memory,instructions", "LIST">;
defm trace : Value<"trace", "write Chrome trace events, or Perfetto's binary form", "FILE.json|FILE.pftrace">;
defm profile : Value<"profile", "write the run as a dump of neuron-profile", "FILE.json">;
defm checks : Value<"checks", "all (default), none, or of races,uninitialized,bounds,deadlock", "LIST">;
defm max_instructions : Value<"max-instructions", "give up after so many (20000000); the report takes some 200 bytes for each", "N">;
defm throttle_phase : Value<"throttle-phase", "start of a throttle window in ns, or all: the range of time", "NS|all">;
}

let Group = grp_missing, Flags = [SimulateOnly] in {
def cores : Joined<["--"], "cores=">;
def cores_separate : Separate<["--"], "cores">;
}
