// In dependency order: what lint reads. Paths are relative to this folder.
vernier_isa_pkg.sv
vernier_pkg.sv
vernier_mac_array.sv
vernier_requantizer.sv
vernier_barrel_shifter.sv
