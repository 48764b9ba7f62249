// A trace as a table for spreadsheets and data frames.
#pragma once

#include <string>

namespace vernier {

// Writes one row per record, RFC 4180, with the columns
//   cycle,kind,engine,pc,layer,last,direction,address,bytes,place,offset,data,text
// A column that a kind does not have is empty. place: bank (write) or buffer (acc); offset: byte of
// the bank or accumulator entry; data: hex bytes or accumulators separated by spaces. Streamed;
// `out` appears complete or not at all. Throws what TraceReader throws, Error(FileWrite).
void write_trace_csv(const std::string& trace, const std::string& out);

}  // namespace vernier
