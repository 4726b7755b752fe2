module trellis/txpeer

go 1.24
