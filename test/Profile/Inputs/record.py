"""record.py OPCODE OPERANDS: a profile of one instruction."""
import json
import sys

print(json.dumps({"instruction": [{"subgraph": "sg00", "subgroup": "Vector", "pc": 7, "opcode": sys.argv[1],
                                   "operands": sys.argv[2], "bir_instruction_name": "I-0", "timestamp": 0,
                                   "duration": 1}]}))
