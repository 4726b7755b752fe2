// CometBFT's light client as a judge beside ours. `judge` reads one JSON case a line and answers each with one line; `bench FILE` verifies a
// chain of length-prefixed light blocks and prints what it cost; `http URL CHAIN HEIGHT MODE` does so over a node's RPC.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"

	dbm "github.com/cometbft/cometbft-db"
	cmtmath "github.com/cometbft/cometbft/libs/math"
	"github.com/cometbft/cometbft/light"
	"github.com/cometbft/cometbft/light/provider"
	"github.com/cometbft/cometbft/light/provider/http"
	"github.com/cometbft/cometbft/light/provider/mock"
	dbs "github.com/cometbft/cometbft/light/store/db"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"
)

type kase struct {
	Kind       string   `json:"kind"`
	ChainID    string   `json:"chain_id"`
	Trusted    string   `json:"trusted"`
	Next       string   `json:"next"`
	Period     int64    `json:"period"`
	Now        int64    `json:"now"`
	Drift      int64    `json:"drift"`
	Num        uint64   `json:"num"`
	Den        uint64   `json:"den"`
	Blocks     []string `json:"blocks"`
	Witness    []string `json:"witness"`
	Root       int64    `json:"root"`
	Target     int64    `json:"target"`
	Sequential bool     `json:"sequential"`
}

type answer struct {
	Verdict  string `json:"verdict"`
	Detail   string `json:"detail,omitempty"`
	Hash     string `json:"hash,omitempty"`
	Evidence int    `json:"evidence"`
}

func decode(s string) (*types.LightBlock, error) {
	bz, err := hex.DecodeString(s)
	if err != nil {
		return nil, err
	}
	return decodeBytes(bz)
}

func decodeBytes(bz []byte) (*types.LightBlock, error) {
	var pb cmtproto.LightBlock
	if err := pb.Unmarshal(bz); err != nil {
		return nil, err
	}
	return types.LightBlockFromProto(&pb)
}

func step(k kase) answer {
	trusted, err := decode(k.Trusted)
	if err != nil {
		return answer{Verdict: "undecodable", Detail: err.Error()}
	}
	next, err := decode(k.Next)
	if err != nil {
		return answer{Verdict: "undecodable", Detail: err.Error()}
	}
	err = light.Verify(trusted.SignedHeader, trusted.ValidatorSet, next.SignedHeader, next.ValidatorSet,
		time.Duration(k.Period), time.Unix(0, k.Now), time.Duration(k.Drift), cmtmath.Fraction{Numerator: k.Num, Denominator: k.Den})
	var expired light.ErrOldHeaderExpired
	var cannot light.ErrNewValSetCantBeTrusted
	switch {
	case err == nil:
		return answer{Verdict: "ok"}
	case errors.As(err, &expired):
		return answer{Verdict: "expired", Detail: err.Error()}
	case errors.As(err, &cannot):
		return answer{Verdict: "not-enough-trust", Detail: err.Error()}
	default:
		return answer{Verdict: "invalid", Detail: err.Error()}
	}
}

// counting is a provider that keeps what is reported to it.
type counting struct {
	provider.Provider
	reports int
}

func (c *counting) ReportEvidence(ctx context.Context, ev types.Evidence) error {
	c.reports++
	return c.Provider.ReportEvidence(ctx, ev)
}

func chain(chainID string, blocks []*types.LightBlock) *counting {
	headers := map[int64]*types.SignedHeader{}
	vals := map[int64]*types.ValidatorSet{}
	for _, b := range blocks {
		headers[b.Height] = b.SignedHeader
		vals[b.Height] = b.ValidatorSet
	}
	return &counting{Provider: mock.New(chainID, headers, vals)}
}

// inMemory answers at once, where CometBFT's mock waits ten milliseconds.
type inMemory struct {
	chainID string
	blocks  []*types.LightBlock
}

func (m *inMemory) ChainID() string { return m.chainID }

func (m *inMemory) LightBlock(_ context.Context, height int64) (*types.LightBlock, error) {
	if height == 0 {
		height = int64(len(m.blocks))
	}
	if height > int64(len(m.blocks)) {
		return nil, provider.ErrHeightTooHigh
	}
	return m.blocks[height-1], nil
}

func (m *inMemory) ReportEvidence(context.Context, types.Evidence) error { return nil }

func decodeAll(list []string) ([]*types.LightBlock, error) {
	out := make([]*types.LightBlock, len(list))
	for i, s := range list {
		b, err := decode(s)
		if err != nil {
			return nil, err
		}
		out[i] = b
	}
	return out, nil
}

func run(k kase) answer {
	blocks, err := decodeAll(k.Blocks)
	if err != nil {
		return answer{Verdict: "undecodable", Detail: err.Error()}
	}
	other := blocks
	if len(k.Witness) > 0 {
		if other, err = decodeAll(k.Witness); err != nil {
			return answer{Verdict: "undecodable", Detail: err.Error()}
		}
	}
	primary, witness := chain(k.ChainID, blocks), chain(k.ChainID, other)
	mode := light.SkippingVerification(cmtmath.Fraction{Numerator: k.Num, Denominator: k.Den})
	if k.Sequential {
		mode = light.SequentialVerification()
	}
	ctx := context.Background()
	c, err := light.NewClient(ctx, k.ChainID, light.TrustOptions{Period: time.Duration(k.Period), Height: k.Root, Hash: blocks[k.Root-1].Hash()},
		primary, []provider.Provider{witness}, dbs.New(dbm.NewMemDB(), k.ChainID), mode,
		light.MaxClockDrift(time.Duration(k.Drift)), light.MaxBlockLag(0))
	if err != nil {
		return answer{Verdict: "refused", Detail: err.Error()}
	}
	b, err := c.VerifyLightBlockAtHeight(ctx, k.Target, time.Unix(0, k.Now))
	reports := primary.reports + witness.reports
	if err != nil {
		verdict := "refused"
		if errors.Is(err, light.ErrLightClientAttack) {
			verdict = "attack"
		}
		return answer{Verdict: verdict, Detail: err.Error(), Evidence: reports}
	}
	return answer{Verdict: "ok", Hash: hex.EncodeToString(b.Hash()), Evidence: reports}
}

func judge() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var k kase
			if err := json.Unmarshal(line, &k); err != nil {
				panic(err)
			}
			a := answer{}
			if k.Kind == "step" {
				a = step(k)
			} else {
				a = run(k)
			}
			bz, _ := json.Marshal(a)
			out.Write(bz)
			out.WriteByte('\n')
			out.Flush()
		}
		if err != nil {
			return
		}
	}
}

func cpu() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

type cost struct {
	Mode   string `json:"mode"`
	WallNs int64  `json:"wall"`
	CPUNs  int64  `json:"cpu"`
}

func bench(file string) {
	bz, err := os.ReadFile(file)
	if err != nil {
		panic(err)
	}
	var blocks []*types.LightBlock
	for len(bz) > 0 {
		n := binary.BigEndian.Uint32(bz)
		b, err := decodeBytes(bz[4 : 4+n])
		if err != nil {
			panic(err)
		}
		blocks = append(blocks, b)
		bz = bz[4+n:]
	}
	chainID := blocks[0].ChainID
	last := blocks[len(blocks)-1]
	now := last.Time.Add(time.Second)
	for _, mode := range []string{"sequential", "skipping", "backwards"} {
		var best cost
		for i := 0; i < 3; i++ {
			// Hashes are remembered in the blocks: each run has fresh ones.
			fresh := make([]*types.LightBlock, len(blocks))
			for j, b := range blocks {
				pb, _ := b.ToProto()
				fresh[j], _ = types.LightBlockFromProto(pb)
			}
			primary, witness := &inMemory{chainID, fresh}, &inMemory{chainID, fresh}
			verification := light.SkippingVerification(light.DefaultTrustLevel)
			if mode == "sequential" {
				verification = light.SequentialVerification()
			}
			root, target := int64(1), last.Height
			if mode == "backwards" {
				root, target = last.Height, 1
			}
			ctx := context.Background()
			c, err := light.NewClient(ctx, chainID, light.TrustOptions{Period: 10000 * time.Hour, Height: root, Hash: fresh[root-1].Hash()},
				primary, []provider.Provider{witness}, dbs.New(dbm.NewMemDB(), chainID), verification)
			if err != nil {
				panic(err)
			}
			start, before := time.Now(), cpu()
			if _, err := c.VerifyLightBlockAtHeight(ctx, target, now); err != nil {
				panic(err)
			}
			got := cost{mode, time.Since(start).Nanoseconds(), (cpu() - before).Nanoseconds()}
			if i == 0 || got.WallNs < best.WallNs {
				best = got
			}
		}
		bz, _ := json.Marshal(best)
		fmt.Println(string(bz))
	}
}

// overHTTP verifies the target from height 1 with providers over HTTP, some times, and prints the best.
func overHTTP(url, chainID string, target int64, sequential bool) {
	ctx := context.Background()
	var best cost
	for i := 0; i < 3; i++ {
		primary, err := http.New(chainID, url)
		if err != nil {
			panic(err)
		}
		witness, err := http.New(chainID, url)
		if err != nil {
			panic(err)
		}
		first, err := primary.LightBlock(ctx, 1)
		if err != nil {
			panic(err)
		}
		verification := light.SkippingVerification(light.DefaultTrustLevel)
		if sequential {
			verification = light.SequentialVerification()
		}
		c, err := light.NewClient(ctx, chainID, light.TrustOptions{Period: 1000000 * time.Hour, Height: 1, Hash: first.Hash()},
			primary, []provider.Provider{witness}, dbs.New(dbm.NewMemDB(), chainID), verification)
		if err != nil {
			panic(err)
		}
		start, before := time.Now(), cpu()
		if _, err := c.VerifyLightBlockAtHeight(ctx, target, time.Now()); err != nil {
			panic(err)
		}
		got := cost{"http", time.Since(start).Nanoseconds(), (cpu() - before).Nanoseconds()}
		if i == 0 || got.WallNs < best.WallNs {
			best = got
		}
	}
	bz, _ := json.Marshal(best)
	fmt.Println(string(bz))
}

func main() {
	if len(os.Args) == 6 && os.Args[1] == "http" {
		target, err := strconv.ParseInt(os.Args[4], 10, 64)
		if err != nil {
			panic(err)
		}
		overHTTP(os.Args[2], os.Args[3], target, os.Args[5] == "sequential")
		return
	}
	if len(os.Args) == 3 && os.Args[1] == "bench" {
		bench(os.Args[2])
		return
	}
	judge()
}
