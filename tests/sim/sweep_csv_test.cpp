// Fields of result files.
#include "sim/sweep_csv.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "sim/csv_quoted.h"

using namespace vernier;

namespace {

LayerRow conv_row() {
  LayerRow row;
  row.index = 3;
  row.name = "a,\"b\"\n";
  row.op = "CONV_2D";
  row.mapping = "channel";
  row.shape_out = {1, 4, 5, 6};
  row.macs = 4 * 5 * 6 * 7;
  row.cycles = 111;
  row.split.compute = 100;
  row.split.drain = 1;
  row.split.weight_port = 2;
  row.split.sync = 3;
  row.split.dram_exposed = 4;
  row.split.issue = 1;
  return row;
}

}  // namespace

TEST_CASE("a field is quoted for commas and quotes, and never breaks its line") {
  CHECK(csv_quoted("plain text") == "plain text");
  CHECK(csv_quoted("a,b") == "\"a,b\"");
  CHECK(csv_quoted("say \"x\"") == "\"say \"\"x\"\"\"");
  CHECK(csv_quoted("a\nb\t\xc3\xa9") == "a\\x0ab\\x09\\xc3\\xa9");
  CHECK(csv_quoted(std::string(5000, 'n')) == std::string(5000, 'n'));
}

TEST_CASE("a layer's split lands in the columns named for it") {
  const HwConfig config;
  const std::string text = layer_columns(conv_row(), config);
  const std::string head =
      "3,\"a,\"\"b\"\"\\x0a\",CONV_2D,channel,20,6,7,840,111,100,1,0,2,3,0,4,0,1,";
  CHECK(text.substr(0, head.size()) == head);

  LayerRow vector = conv_row();
  vector.macs = 0;
  const std::string moved = layer_columns(vector, config);
  const std::string wanted =
      "3,\"a,\"\"b\"\"\\x0a\",CONV_2D,channel,20,6,0,0,111,0,1,0,2,3,0,4,100,1,";
  CHECK(moved.substr(0, wanted.size()) == wanted);
}

TEST_CASE("rows have as many fields as their header") {
  const auto commas = [](const std::string& s) { return std::count(s.begin(), s.end(), ','); };
  LayerRow row = conv_row();
  row.name = "plain";
  const HwConfig config;
  CHECK(commas(layer_columns(row, config)) + 2 == commas(layers_header({})));
  CHECK(commas(empty_point_columns()) + 4 == commas(points_header({})));
  CHECK(commas(point_columns(Summary{}, config, Area{})) + 4 == commas(points_header({})));
  CHECK(layers_header({"array.rows", "array.cols"}) ==
        "array.rows,array.cols," + layers_header({}));
}
