// Updates of a Go IAVL v1 tree with persistence, for comparison: KEYS random keys of 32 bytes with values of 100 bytes, then BLOCKS versions of
// UPDATES changed keys each, sorted as the SDK's cache writes them. Options as the SDK sets them by default: goleveldb, fast nodes, a cache of
// 781,250 nodes, nothing pruned during the run. Prints one JSON line.
package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strconv"
	"syscall"
	"time"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/iavl"
	idb "github.com/cosmos/iavl/db"
)

func key(i uint64) []byte {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], i)
	h := sha256.Sum256(b[:])
	return h[:]
}

func value(i, version uint64) []byte {
	v := make([]byte, 100)
	binary.BigEndian.PutUint64(v, i)
	binary.BigEndian.PutUint64(v[8:], version)
	return v
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func number(i int) uint64 {
	n, err := strconv.ParseUint(os.Args[i], 10, 64)
	must(err)
	return n
}

func cpu() time.Duration {
	var r syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &r))
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func main() {
	dir, keys, blocks, updates := os.Args[1], number(2), number(3), number(4)
	db, err := dbm.NewGoLevelDB("bench", dir, nil)
	must(err)
	tree := iavl.NewMutableTree(idb.NewWrapper(db), 781250, false, iavl.NewNopLogger())
	_, err = tree.Load()
	must(err)
	const loadPerVersion = 250000
	for i := uint64(0); i < keys; i++ {
		_, err = tree.Set(key(i), value(i, 0))
		must(err)
		if (i+1)%loadPerVersion == 0 || i+1 == keys {
			_, _, err = tree.SaveVersion()
			must(err)
		}
	}
	// The same generator as the other side's, so that both change the same keys.
	state := uint32(12345)
	next := func() uint64 {
		state = state*1664525 + 1013904223
		return uint64(state>>4) % keys
	}
	var hash []byte
	startCPU, start := cpu(), time.Now()
	for b := uint64(0); b < blocks; b++ {
		chosen := make([][2]string, 0, updates)
		for u := uint64(0); u < updates; u++ {
			i := next()
			chosen = append(chosen, [2]string{string(key(i)), string(value(i, b+1))})
		}
		sort.SliceStable(chosen, func(a, b int) bool { return chosen[a][0] < chosen[b][0] })
		for _, c := range chosen {
			_, err = tree.Set([]byte(c[0]), []byte(c[1]))
			must(err)
		}
		hash, _, err = tree.SaveVersion()
		must(err)
	}
	total := float64(blocks * updates)
	out := map[string]any{
		"wallMicros": float64(time.Since(start).Microseconds()) / total,
		"cpuMicros":  float64((cpu() - startCPU).Microseconds()) / total,
		"hash":       fmt.Sprintf("%x", hash),
	}
	must(json.NewEncoder(os.Stdout).Encode(out))
	must(db.Close())
}
