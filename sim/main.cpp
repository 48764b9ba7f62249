#include "sim/simulation.h"
#include "compiler/import/tflite.h"
#include "hw_models/spec/hw_config_io.h"
#include <systemc>
#include <cstdio>
#include <chrono>
using namespace vernier;
int sc_main(int argc, char**argv){
  try{
  Graph g=import_tflite_file(argv[1]);
  SimulationRequest r; r.graph=&g; r.config=find_config(argv[2]); r.levels={true,true,argc>4};
  r.timing_only = argc>3 && atoi(argv[3])==0;
  if(!r.timing_only) r.inputs=random_inputs(g,atoi(argv[3]),7);
  SimulationResult res;
  auto t0=std::chrono::steady_clock::now();
  simulate(r,&res);
  auto t1=std::chrono::steady_clock::now();
  printf("cycles %ld words %zu tensors %ld elements %ld div %d  %.1f ms units %ld\n",(long)res.timing.cycles,res.program.words.size(),(long)res.tensors_compared,(long)res.elements_compared,res.divergences,std::chrono::duration<double>(t1-t0).count()*1e3,(long)res.unit_vectors);
  if(res.divergences) printf("%s",divergence_text(res.divergence,res.program,g,res.decoded,"x").c_str());
  for(size_t i=0;i<res.program.layers.size();++i){ long e=-1,s=-1; for(size_t pc=0;pc<res.decoded.insns.size();++pc) if(res.program.layer_of[pc]==i && engine_of(res.decoded.insns[pc])!=Engine::Load && res.timing.timing[pc].end>=0){ e=std::max(e,(long)res.timing.timing[pc].end); if(s<0) s=res.timing.timing[pc].start;} printf("%zu %s %s bound %ld start %ld end %ld\n",i,res.program.layers[i].op.c_str(),res.program.layers[i].mapping.c_str(),(long)res.program.layers[i].bound_cycles,s,e);}
  }catch(std::exception&e){ printf("%s\n",e.what()); return 3;}
  return 0;
}
