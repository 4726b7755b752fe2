module trellis.test/differential/light-peer

go 1.26

require github.com/cometbft/cometbft v0.40.0
