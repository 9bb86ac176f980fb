// Random numbers (facts 2.5, 4.4). DVE has a generator a lane: a linear feedback shift register before NeuronCore-v4, four
// XORWOW generators from then on; POOL has one XORWOW generator a lane from v3 on. docs/Numerics.md has their steps.
include "tarn/ISA/Enums.td"

def SetRngSeed : Instruction<"set_rng_seed", 0x70, [DVE]> {
  let fields = [In<"seed", "[1,1] of a 32-bit integer">];
  let summary = "seeds the generators of all lanes of DVE";
  let rules = [
    Rule<"set_rng_seed_c1", "one 32-bit integer", "self.seed.numPartitions == 1 && self.seed.numElements() == 1 && isWideInteger(self.seed.dtype)", "toString(self.seed)">];
  let completion = "chip.dve.single.fixedNs + cyclesNs(1, chip.dve)";
  let issue = "issueNs(completion, engine, chip)";
  let example = "set_rng_seed seed=uint32@0x0[1][1] p0+1";
}

def Rng : Instruction<"rng", 0x71, [DVE, POOL]> {
  let fields = [Out<"dst", "integers">];
  let summary = "32 random bits for each element, of which dst's dtype keeps the low ones";
  let rules = [
    Rule<"rng_c1", "integers", "isMachineType(self.dst.dtype) && !isFloat(self.dst.dtype) && !isPacked(self.dst.dtype)", "name(self.dst.dtype)">,
    Rule<"rng_c2", "dve, and pool from NeuronCore-v3 on", "engine == Engine::dve || chip.coreVersion >= 3", "name(engine)">];
  let completion = "engine == Engine::pool ? poolNs(chip.pool.elementwise, self.dst) : dveNs(chip.dve.single, chip, {}, 0) + chip.dve.single.nsPerElement * self.dst.numElements()";
  let issue = "issueNs(completion, engine, chip)";
  let example = "rng dst=uint32@0x1000[1][64] p0+128";
}

def RandSetState : Instruction<"rand_set_state", 0x72, [DVE, POOL]> {
  let firstCore = 3;
  let fields = [In<"src", "[P,6] on pool, [P,24] on dve, of uint32">];
  let summary = "sets the XORWOW generators of the lanes of src";
  let rules = [
    Rule<"rand_set_state_c1", "pool; dve from NeuronCore-v4 on", "engine == Engine::pool || chip.coreVersion >= 4", "name(engine)">,
    Rule<"rand_set_state_c2", "6 words a lane on pool, 24 on dve", "self.src.numElements() == (engine == Engine::pool ? 6u : 24u)", "self.src.numElements()">,
    Rule<"rand_set_state_c3", "words of uint32", "self.src.dtype == DType::uint32", "name(self.src.dtype)">];
  let completion = "engine == Engine::pool ? poolNs(chip.pool.elementwise, self.src) : dveNs(chip.dve.single, chip, {&self.src})";
  let issue = "issueNs(completion, engine, chip)";
  let exampleEngine = "pool";
  let example = "rand_set_state src=uint32@0x0[1][6] p0+128";
}

def RandGetState : Instruction<"rand_get_state", 0x73, [DVE, POOL]> {
  let firstCore = 3;
  let fields = [Out<"dst", "[P,6] on pool, [P,24] on dve, of uint32">];
  let summary = "writes the state of the XORWOW generators of the lanes of dst";
  let rules = [
    Rule<"rand_get_state_c1", "pool; dve from NeuronCore-v4 on", "engine == Engine::pool || chip.coreVersion >= 4", "name(engine)">,
    Rule<"rand_get_state_c2", "6 words a lane on pool, 24 on dve", "self.dst.numElements() == (engine == Engine::pool ? 6u : 24u)", "self.dst.numElements()">,
    Rule<"rand_get_state_c3", "words of uint32", "self.dst.dtype == DType::uint32", "name(self.dst.dtype)">];
  let completion = "engine == Engine::pool ? poolNs(chip.pool.elementwise, self.dst) : chip.dve.single.fixedNs + chip.dve.single.nsPerElement * self.dst.numElements()";
  let issue = "issueNs(completion, engine, chip)";
  let exampleEngine = "pool";
  let example = "rand_get_state dst=uint32@0x1000[1][6] p0+128";
}

def Rand2 : Instruction<"rand2", 0x74, [DVE]> {
  let firstCore = 4;
  let fields = [Out<"dst", "floats">, Scalar<"min", "0.0f">, Scalar<"max", "1.0f">];
  let summary = "uniform random numbers from min to max, in fp32, cast to dst's dtype";
  let rules = [
    Rule<"rand2_c1", "floats", "isFloat(self.dst.dtype)", "name(self.dst.dtype)">,
    Rule<"rand2_c2", "min and max with as many partitions as dst", "fitsScalar(self.min, self.dst) && fitsScalar(self.max, self.dst)", "unsigned(self.dst.numPartitions)">];
  let completion = "chip.dve.quadruple.fixedNs + chip.dve.quadruple.nsPerElement * self.dst.numElements() + (pointers(self.min) + pointers(self.max)) * chip.dve.pointerNs";
  let issue = "issueNs(completion, engine, chip)";
  let example = "rand2 dst=fp32@0x1000[1][64] p0+128, min=-1, max=1";
}

def Dropout : Instruction<"dropout", 0x75, [DVE]> {
  let fields = [Out<"dst">, In<"data">, Scalar<"prob", "0.5f">,
                EnumField<"rate", DropoutRate, "drop", "what prob is the probability of">];
  let summary = "dst = data, but 0 with a probability";
  let rules = [
    Rule<"dropout_c1", "in dst as many elements and partitions as in data", "sameSize(self.dst, self.data)", "sizes(self.dst, self.data)">,
    Rule<"dropout_c2", "a probability from 0 to 1", "!std::holds_alternative<float>(self.prob) || (std::get<float>(self.prob) >= 0 && std::get<float>(self.prob) <= 1)", "scalarText(self.prob)">,
    Rule<"dropout_c3", "prob with as many partitions as data", "fitsScalar(self.prob, self.data)", "unsigned(self.data.numPartitions)">];
  let completion = "dveNs(chip.dve.single, chip, {&self.data}, pointers(self.prob))";
  let issue = "issueNs(completion, engine, chip)";
  let example = "dropout dst=fp32@0x1000[1][64] p0+128, data=fp32@0x0[1][64] p0+128, prob=0.1";
}
