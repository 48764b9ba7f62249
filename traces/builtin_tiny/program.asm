     pc page layer word                              instruction
      0    0     0 00000300040000c0000000000019000c  load.act dram_addr=25600 row_pitch=48 rows=16 row_bytes=48
      1    0     0 0000000000040000000006c000026009  load.weights dram_addr=2432 words=27 signal_mac=1
      2    0     0 0000000000000008001000000002a00a  load.params dram_addr=2688 count=16 signal_post=1
      3    0     0 00000000000400001b0006c00002d009  load.weights dram_addr=2880 words=27 w_addr=27 signal_mac=1
      4    0     0 0000000000000000000015c000010008  load.program dram_addr=1024 count=87
      5    0     0 01b00600000c0100040000c000000018  mac.ifmap row_pitch=48 height=16 width=16 channels=3 zero_point=-128 a_bits_log2=3 w_bits_log2=3
      6    0     0 00000000000004010101010100c03259  mac.kernel packed=1 segments=4 kernel_h=3 kernel_w=3 stride_h=1 stride_w=1 dilation_h=1 dilation_w=1 pad_top=1 pad_left=1
      7    0     0 0000000000000000001000000000001a  mac.reduce passes=4
      8    0     0 010000c080000000000200080000001b  mac.tile height=2 width=16 next_rows=8 clear=1 wait_load=1 signal_post=1
      9    0     1 00000000000400003600240000031009  load.weights dram_addr=3136 words=144 w_addr=54 signal_mac=1
     10    0     0 00001ff0180001000400040000003020  post.ofmap base=192 row_pitch=256 width=16 channels=16 zero_point=-128 lo=-128 hi=127
     11    0     0 00002008080008000002000800000028  post.drain height=2 width=16 cols=8 wait_load=1 wait_mac=1 signal_mac=1
     12    0     1 0000000000000008002004000004300a  load.params dram_addr=4288 record=16 count=32 signal_post=1
     13    0     0 0100005880000000000200080000009b  mac.tile y0=2 height=2 width=16 next_rows=8 preloaded=1 buffer=1 clear=1 signal_post=1
     14    0     0 000020080200080000020008000000a8  post.drain y0=2 height=2 width=16 cols=8 buffer=1 wait_mac=1 signal_mac=1
     15    0     1 0000000000040000c600240000049009  load.weights dram_addr=4672 words=144 w_addr=198 signal_mac=1
     16    0     0 0100804880000000000200080000011b  mac.tile y0=4 height=2 width=16 next_rows=8 preloaded=1 clear=1 wait_post=1 signal_post=1
     17    0     1 0000000000040001560024000005b009  load.weights dram_addr=5824 words=144 w_addr=342 signal_mac=1
     18    0     0 00002008000008000002000800000128  post.drain y0=4 height=2 width=16 cols=8 wait_mac=1 signal_mac=1
     19    0     0 0100805880000000000200080000019b  mac.tile y0=6 height=2 width=16 next_rows=8 preloaded=1 buffer=1 clear=1 wait_post=1 signal_post=1
     20    0     0 000020080200080000020008000001a8  post.drain y0=6 height=2 width=16 cols=8 buffer=1 wait_mac=1 signal_mac=1
     21    0     1 0000000000040001e60024000006d009  load.weights dram_addr=6976 words=144 w_addr=486 signal_mac=1
     22    0     0 0100804880000000000200080000021b  mac.tile y0=8 height=2 width=16 next_rows=8 preloaded=1 clear=1 wait_post=1 signal_post=1
     23    0     0 00002008000008000002000800000228  post.drain y0=8 height=2 width=16 cols=8 wait_mac=1 signal_mac=1
     24    0     2 0000000000040002760008000007f009  load.weights dram_addr=8128 words=32 w_addr=630 signal_mac=1
     25    0     0 0100805880000000000200080000029b  mac.tile y0=10 height=2 width=16 next_rows=8 preloaded=1 buffer=1 clear=1 wait_post=1 signal_post=1
     26    0     0 000020080200080000020008000002a8  post.drain y0=10 height=2 width=16 cols=8 buffer=1 wait_mac=1 signal_mac=1
     27    0     2 000000000000000800100c000008300a  load.params dram_addr=8384 record=48 count=16 signal_post=1
     28    0     2 00000000000400029600080000086009  load.weights dram_addr=8576 words=32 w_addr=662 signal_mac=1
     29    0     0 0100804880000000000200080000031b  mac.tile y0=12 height=2 width=16 next_rows=8 preloaded=1 clear=1 wait_post=1 signal_post=1
     30    0     0 00002008000008000002000800000328  post.drain y0=12 height=2 width=16 cols=8 wait_mac=1 signal_mac=1
     31    0     3 0000000000040002b60024000008a009  load.weights dram_addr=8832 words=144 w_addr=694 signal_mac=1
     32    0     3 0000000000000008002010000009c00a  load.params dram_addr=9984 record=64 count=32 signal_post=1
     33    0     0 010080d880006c00000200080000039b  mac.tile y0=14 height=2 width=16 next_w_addr=27 next_rows=8 preloaded=1 buffer=1 clear=1 wait_load=1 wait_post=1 signal_post=1
     34    0     0 000020080200080000020008000003a8  post.drain y0=14 height=2 width=16 cols=8 buffer=1 wait_mac=1 signal_mac=1
     35    0     0 0100804880006c001b0200080000001b  mac.tile height=2 width=16 w_addr=27 next_w_addr=27 next_rows=8 preloaded=1 clear=1 wait_post=1 signal_post=1
     36    0     0 00002008000408000802000800000028  post.drain height=2 width=16 channel=8 cols=8 record=8 wait_mac=1 signal_mac=1
     37    0     3 000000000004000346002400000a2009  load.weights dram_addr=10368 words=144 w_addr=838 signal_mac=1
     38    0     0 0100805880006c001b0200080000009b  mac.tile y0=2 height=2 width=16 w_addr=27 next_w_addr=27 next_rows=8 preloaded=1 buffer=1 clear=1 wait_post=1 signal_post=1
     39    0     0 000020080204080008020008000000a8  post.drain y0=2 height=2 width=16 channel=8 cols=8 record=8 buffer=1 wait_mac=1 signal_mac=1
     40    0     0 0100804880006c001b0200080000011b  mac.tile y0=4 height=2 width=16 w_addr=27 next_w_addr=27 next_rows=8 preloaded=1 clear=1 wait_post=1 signal_post=1
     41    0     0 00002008000408000802000800000128  post.drain y0=4 height=2 width=16 channel=8 cols=8 record=8 wait_mac=1 signal_mac=1
     42    0     0 0100805880006c001b0200080000019b  mac.tile y0=6 height=2 width=16 w_addr=27 next_w_addr=27 next_rows=8 preloaded=1 buffer=1 clear=1 wait_post=1 signal_post=1
     43    0     0 000020080204080008020008000001a8  post.drain y0=6 height=2 width=16 channel=8 cols=8 record=8 buffer=1 wait_mac=1 signal_mac=1
     44    0     0 0100804880006c001b0200080000021b  mac.tile y0=8 height=2 width=16 w_addr=27 next_w_addr=27 next_rows=8 preloaded=1 clear=1 wait_post=1 signal_post=1
     45    0     0 00002008000408000802000800000228  post.drain y0=8 height=2 width=16 channel=8 cols=8 record=8 wait_mac=1 signal_mac=1
     46    0     0 0100805880006c001b0200080000029b  mac.tile y0=10 height=2 width=16 w_addr=27 next_w_addr=27 next_rows=8 preloaded=1 buffer=1 clear=1 wait_post=1 signal_post=1
     47    0     0 000020080204080008020008000002a8  post.drain y0=10 height=2 width=16 channel=8 cols=8 record=8 buffer=1 wait_mac=1 signal_mac=1
     48    0     0 0100804880006c001b0200080000031b  mac.tile y0=12 height=2 width=16 w_addr=27 next_w_addr=27 next_rows=8 preloaded=1 clear=1 wait_post=1 signal_post=1
     49    0     0 00002008000408000802000800000328  post.drain y0=12 height=2 width=16 channel=8 cols=8 record=8 wait_mac=1 signal_mac=1
     50    0     0 010080d88000d8001b0200080000039b  mac.tile y0=14 height=2 width=16 w_addr=27 next_w_addr=54 next_rows=8 preloaded=1 buffer=1 clear=1 wait_load=1 wait_post=1 signal_post=1
     51    0     0 000020080204080008020008000003a8  post.drain y0=14 height=2 width=16 channel=8 cols=8 record=8 buffer=1 wait_mac=1 signal_mac=1
     52    0     1 01b00600004001000400040000003018  mac.ifmap base=192 row_pitch=256 height=16 width=16 channels=16 zero_point=-128 a_bits_log2=3 w_bits_log2=3
     53    0     1 00000000000000000101020200c03099  mac.kernel segments=1 kernel_h=3 kernel_w=3 stride_h=2 stride_w=2 dilation_h=1 dilation_w=1
     54    0     1 0000000000000000004800000000001a  mac.reduce passes=18
     55    0     1 010080488000d800360100100000001b  mac.tile height=4 width=8 w_addr=54 next_w_addr=54 next_rows=8 preloaded=1 clear=1 wait_post=1 signal_post=1
     56    0     1 00001ff0180002000200040000013020  post.ofmap base=1216 row_pitch=256 width=8 channels=32 zero_point=-128 lo=-128 hi=127
     57    0     1 00002008080808000001001000000028  post.drain height=4 width=8 cols=8 record=16 wait_load=1 wait_mac=1 signal_mac=1
     58    0     1 018080d880031800360100100000011b  mac.tile y0=4 height=4 width=8 w_addr=54 next_w_addr=198 next_rows=8 preloaded=1 buffer=1 clear=1 wait_load=1 wait_post=1 signal_load=1 signal_post=1
     59    0     3 000000000004040000002400000b4009  load.weights dram_addr=11520 words=144 wait_mac=1 signal_mac=1
     60    0     1 00002008020808000001001000000128  post.drain y0=4 height=4 width=8 cols=8 record=16 buffer=1 wait_mac=1 signal_mac=1
     61    0     1 0100804880031800c60100100000001b  mac.tile height=4 width=8 w_addr=198 next_w_addr=198 next_rows=8 preloaded=1 clear=1 wait_post=1 signal_post=1
     62    0     1 00002008000c08000801001000000028  post.drain height=4 width=8 channel=8 cols=8 record=24 wait_mac=1 signal_mac=1
     63    0     1 00000000000000000000000000000002  switch
     64    1     1 018080d880055800c60100100000011b  mac.tile y0=4 height=4 width=8 w_addr=198 next_w_addr=342 next_rows=8 preloaded=1 buffer=1 clear=1 wait_load=1 wait_post=1 signal_load=1 signal_post=1
     65    1     3 000000000004040090002400000c6009  load.weights dram_addr=12672 words=144 w_addr=144 wait_mac=1 signal_mac=1
     66    1     1 00002008020c08000801001000000128  post.drain y0=4 height=4 width=8 channel=8 cols=8 record=24 buffer=1 wait_mac=1 signal_mac=1
     67    1     1 0100804880055801560100100000001b  mac.tile height=4 width=8 w_addr=342 next_w_addr=342 next_rows=8 preloaded=1 clear=1 wait_post=1 signal_post=1
     68    1     1 00002008001008001001001000000028  post.drain height=4 width=8 channel=16 cols=8 record=32 wait_mac=1 signal_mac=1
     69    1     1 010080d880079801560100100000011b  mac.tile y0=4 height=4 width=8 w_addr=342 next_w_addr=486 next_rows=8 preloaded=1 buffer=1 clear=1 wait_load=1 wait_post=1 signal_post=1
     70    1     1 00002008021008001001001000000128  post.drain y0=4 height=4 width=8 channel=16 cols=8 record=32 buffer=1 wait_mac=1 signal_mac=1
     71    1     1 0100804880079801e60100100000001b  mac.tile height=4 width=8 w_addr=486 next_w_addr=486 next_rows=8 preloaded=1 clear=1 wait_post=1 signal_post=1
     72    1     1 00002008001408001801001000000028  post.drain height=4 width=8 channel=24 cols=8 record=40 wait_mac=1 signal_mac=1
     73    1     1 018080d88009d801e60100100000011b  mac.tile y0=4 height=4 width=8 w_addr=486 next_w_addr=630 next_rows=8 preloaded=1 buffer=1 clear=1 wait_load=1 wait_post=1 signal_load=1 signal_post=1
     74    1     6 000000000004040120004800000d8009  load.weights dram_addr=13824 words=288 w_addr=288 wait_mac=1 signal_mac=1
     75    1     6 000000000000000800201800000fc00a  load.params dram_addr=16128 record=96 count=32 signal_post=1
     76    1     1 00002008021408001801001000000128  post.drain y0=4 height=4 width=8 channel=24 cols=8 record=40 buffer=1 wait_mac=1 signal_mac=1
     77    1     2 01b00600008000800200040000013018  mac.ifmap base=1216 row_pitch=256 height=8 width=8 channels=32 zero_point=-128 a_bits_log2=3 w_bits_log2=3
     78    1     2 00000000000000000101010100401099  mac.kernel segments=1 kernel_h=1 kernel_w=1 stride_h=1 stride_w=1 dilation_h=1 dilation_w=1
     79    1     2 0000000000000000001000000000001a  mac.reduce passes=4
     80    1     2 010080488009d802760100100000001b  mac.tile height=4 width=8 w_addr=630 next_w_addr=630 next_rows=8 preloaded=1 clear=1 wait_post=1 signal_post=1
     81    1     2 00001ff0180001000200020000000020  post.ofmap row_pitch=128 width=8 channels=16 zero_point=-128 lo=-128 hi=127
     82    1     2 00002008081808000001001000000028  post.drain height=4 width=8 cols=8 record=48 wait_load=1 wait_mac=1 signal_mac=1
     83    1     2 010080d8800a5802760100100000011b  mac.tile y0=4 height=4 width=8 w_addr=630 next_w_addr=662 next_rows=8 preloaded=1 buffer=1 clear=1 wait_load=1 wait_post=1 signal_post=1
     84    1     2 00002008021808000001001000000128  post.drain y0=4 height=4 width=8 cols=8 record=48 buffer=1 wait_mac=1 signal_mac=1
     85    1     2 01008048800a5802960100100000001b  mac.tile height=4 width=8 w_addr=662 next_w_addr=662 next_rows=8 preloaded=1 clear=1 wait_post=1 signal_post=1
     86    1     2 00000008001c08000801001000000028  post.drain height=4 width=8 channel=8 cols=8 record=56 wait_mac=1
     87    1     2 010080d8800ad802960100100000011b  mac.tile y0=4 height=4 width=8 w_addr=662 next_w_addr=694 next_rows=8 preloaded=1 buffer=1 clear=1 wait_load=1 wait_post=1 signal_post=1
     88    1     2 00002008021c08000801001000000128  post.drain y0=4 height=4 width=8 channel=8 cols=8 record=56 buffer=1 wait_mac=1 signal_mac=1
     89    1     3 01b00600004000800200020000000018  mac.ifmap row_pitch=128 height=8 width=8 channels=16 zero_point=-128 a_bits_log2=3 w_bits_log2=3
     90    1     3 00000000000004010101010100c03099  mac.kernel segments=1 kernel_h=3 kernel_w=3 stride_h=1 stride_w=1 dilation_h=1 dilation_w=1 pad_top=1 pad_left=1
     91    1     3 0000000000000000004800000000001a  mac.reduce passes=18
     92    1     3 01008048800ad802b60100100000001b  mac.tile height=4 width=8 w_addr=694 next_w_addr=694 next_rows=8 preloaded=1 clear=1 wait_post=1 signal_post=1
     93    1     3 00001ff01f0002000200040000040020  post.ofmap base=4096 row_pitch=256 width=8 channels=32 zero_point=-16 lo=-128 hi=127
     94    1     3 00002008082008000001001000000028  post.drain height=4 width=8 cols=8 record=64 wait_load=1 wait_mac=1 signal_mac=1
     95    1     3 010000d8800d1802b60100100000011b  mac.tile y0=4 height=4 width=8 w_addr=694 next_w_addr=838 next_rows=8 preloaded=1 buffer=1 clear=1 wait_load=1 signal_post=1
     96    1     3 00002008022008000001001000000128  post.drain y0=4 height=4 width=8 cols=8 record=64 buffer=1 wait_mac=1 signal_mac=1
     97    1     3 01008048800d1803460100100000001b  mac.tile height=4 width=8 w_addr=838 next_w_addr=838 next_rows=8 preloaded=1 clear=1 wait_post=1 signal_post=1
     98    1     3 00002008002408000801001000000028  post.drain height=4 width=8 channel=8 cols=8 record=72 wait_mac=1 signal_mac=1
     99    1     3 018080d880000003460100100000011b  mac.tile y0=4 height=4 width=8 w_addr=838 next_rows=8 preloaded=1 buffer=1 clear=1 wait_load=1 wait_post=1 signal_load=1 signal_post=1
    100    1     6 00000000000404024000480000102009  load.weights dram_addr=16512 words=288 w_addr=576 wait_mac=1 signal_mac=1
    101    1     3 00002008022408000801001000000128  post.drain y0=4 height=4 width=8 channel=8 cols=8 record=72 buffer=1 wait_mac=1 signal_mac=1
    102    1     3 0100804880000000000100100000001b  mac.tile height=4 width=8 next_rows=8 preloaded=1 clear=1 wait_post=1 signal_post=1
    103    1     3 00002008002808001001001000000028  post.drain height=4 width=8 channel=16 cols=8 record=80 wait_mac=1 signal_mac=1
    104    1     3 010080d880024000000100100000011b  mac.tile y0=4 height=4 width=8 next_w_addr=144 next_rows=8 preloaded=1 buffer=1 clear=1 wait_load=1 wait_post=1 signal_post=1
    105    1     3 00002008022808001001001000000128  post.drain y0=4 height=4 width=8 channel=16 cols=8 record=80 buffer=1 wait_mac=1 signal_mac=1
    106    1     3 0100804880024000900100100000001b  mac.tile height=4 width=8 w_addr=144 next_w_addr=144 next_rows=8 preloaded=1 clear=1 wait_post=1 signal_post=1
    107    1     3 00000008002c08001801001000000028  post.drain height=4 width=8 channel=24 cols=8 record=88 wait_mac=1
    108    1     3 018080d880048000900100100000011b  mac.tile y0=4 height=4 width=8 w_addr=144 next_w_addr=288 next_rows=8 preloaded=1 buffer=1 clear=1 wait_load=1 wait_post=1 signal_load=1 signal_post=1
    109    1     6 00000000000404000000480000126009  load.weights dram_addr=18816 words=288 wait_mac=1 signal_mac=1
    110    1     3 00000008022c08001801001000000128  post.drain y0=4 height=4 width=8 channel=24 cols=8 record=88 buffer=1 wait_mac=1
    111    1     4 00001ff0180002000200040000000020  post.ofmap row_pitch=256 width=8 channels=32 zero_point=-128 lo=-128 hi=127
    112    1     4 00000600008000800200040000013021  post.source_a base=1216 row_pitch=256 height=8 width=8 channels=32 zero_point=-128
    113    1     4 000007c0008000800200040000040022  post.source_b base=4096 row_pitch=256 height=8 width=8 channels=32 zero_point=-16
    114    1     4 000000000014f6d0b9c4a5dc874c8c23  post.scale multiplier=1914516016 shift=-18 op_multiplier=1511471252 op_shift=-3 op_left=20
    115    1     4 00000000000000000000000000800029  post.add rows=8
    116    1     5 00001ff0000002000100020000008020  post.ofmap base=512 row_pitch=128 width=4 channels=32 lo=-128 hi=127
    117    1     5 00000000008000800200040000000021  post.source_a row_pitch=256 height=8 width=8 channels=32
    118    1     5 000000000000000000000008080200a4  post.window kernel_h=2 kernel_w=2 stride_h=2 stride_w=2
    119    1     5 0000000000000000004000000040002c  post.pool rows=4 signal_mac=1
    120    1     6 01b00600008000400100020000008018  mac.ifmap base=512 row_pitch=128 height=4 width=4 channels=32 zero_point=-128 a_bits_log2=3 w_bits_log2=3
    121    1     6 00000000000004010101010100c03099  mac.kernel segments=1 kernel_h=3 kernel_w=3 stride_h=1 stride_w=1 dilation_h=1 dilation_w=1 pad_top=1 pad_left=1
    122    1     6 0000000000000000009000000000001a  mac.reduce passes=36
    123    1     6 018080c880090001200080100000001b  mac.tile height=4 width=4 w_addr=288 next_w_addr=576 next_rows=8 preloaded=1 clear=1 wait_load=1 wait_post=1 signal_load=1 signal_post=1
    124    1     6 0000000000040401200048000014a009  load.weights dram_addr=21120 words=288 w_addr=288 wait_mac=1 signal_mac=1
    125    1     6 00001ff0180002000100020000000020  post.ofmap row_pitch=128 width=4 channels=32 zero_point=-128 lo=-128 hi=127
    126    1     6 00002008083008000000801000000028  post.drain height=4 width=4 cols=8 record=96 wait_load=1 wait_mac=1 signal_mac=1
    127    1     6 018000d880000002400080100000001b  mac.tile height=4 width=4 w_addr=576 next_rows=8 preloaded=1 buffer=1 clear=1 wait_load=1 signal_load=1 signal_post=1
    128    1     9 0000000000040402400020000016e009  load.weights dram_addr=23424 words=128 w_addr=576 wait_mac=1 signal_mac=1
    129    1     6 00002008023408000800801000000028  post.drain height=4 width=4 channel=8 cols=8 record=104 buffer=1 wait_mac=1 signal_mac=1
    130    1     9 0000000000000008000820000017e00a  load.params dram_addr=24448 record=128 count=8 signal_post=1
    131    1     6 010080c880048000000080100000001b  mac.tile height=4 width=4 next_w_addr=288 next_rows=8 preloaded=1 clear=1 wait_load=1 wait_post=1 signal_post=1
    132    1     6 00000008003808001000801000000028  post.drain height=4 width=4 channel=16 cols=8 record=112 wait_mac=1
    133    1    10 0000000000000000010080000018000b  load.lut dram_addr=24576 count=256 signal_post=1
    134    1     6 010080d880090001200080100000001b  mac.tile height=4 width=4 w_addr=288 next_w_addr=576 next_rows=8 preloaded=1 buffer=1 clear=1 wait_load=1 wait_post=1 signal_post=1
    135    1     6 00000008023c08001800801000000028  post.drain height=4 width=4 channel=24 cols=8 record=120 buffer=1 wait_mac=1
    136    1     7 00001ff0000002000080010000002020  post.ofmap base=128 row_pitch=64 width=2 channels=32 lo=-128 hi=127
    137    1     7 00000000008000400100020000000021  post.source_a row_pitch=128 height=4 width=4 channels=32
    138    1     7 000000000800000000000008080200a4  post.window kernel_h=2 kernel_w=2 stride_h=2 stride_w=2 reciprocal=536870912
    139    1     7 0000000000000000004000040020002c  post.pool rows=2 average=1 signal_mac=1
    140    1     9 01b00600010000100080010000002018  mac.ifmap base=128 row_pitch=64 height=2 width=1 channels=64 zero_point=-128 a_bits_log2=3 w_bits_log2=3
    141    1     9 00000000000000000101010100402099  mac.kernel segments=1 kernel_h=2 kernel_w=1 stride_h=1 stride_w=1 dilation_h=1 dilation_w=1
    142    1     9 0000000000000000004000000000001a  mac.reduce passes=16
    143    1     9 0100804800000002400020040000001b  mac.tile height=1 width=1 w_addr=576 preloaded=1 clear=1 wait_post=1 signal_post=1
    144    1     9 00001ff0024000800040002000000020  post.ofmap row_pitch=8 width=1 channels=8 zero_point=36 lo=-128 hi=127
    145    1     9 00000008084008000000200400000028  post.drain height=1 width=1 cols=8 record=128 wait_load=1 wait_mac=1
    146    1    10 00001ff0180000800040002000000220  post.ofmap base=8 row_pitch=8 width=1 channels=8 zero_point=-128 lo=-128 hi=127
    147    1    10 00000000002000100040002000000021  post.source_a row_pitch=8 height=1 width=1 channels=8
    148    1    10 0000000000000000001000080010002d  post.softmax rows=1 wait_load=1 signal_store=1
    149    1    10 0100008000400020000002000019c010  store.act dram_addr=26368 base=8 row_pitch=8 rows=1 row_bytes=8 wait_post=1
    150    1    10 00000000000000000000000000000001  end
