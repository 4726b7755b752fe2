// The reference's answers about transactions, for test/differential/tx.ts: one line of hex in, one line of JSON out.
package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/x/evidence"
	feegrant "cosmossdk.io/x/feegrant/module"
	txsigning "cosmossdk.io/x/tx/signing"
	"cosmossdk.io/x/upgrade"
	moduletestutil "github.com/cosmos/cosmos-sdk/types/module/testutil"
	"github.com/cosmos/cosmos-sdk/x/auth"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"
	"github.com/cosmos/cosmos-sdk/x/auth/vesting"
	authz "github.com/cosmos/cosmos-sdk/x/authz/module"
	"github.com/cosmos/cosmos-sdk/x/bank"
	"github.com/cosmos/cosmos-sdk/x/consensus"
	distr "github.com/cosmos/cosmos-sdk/x/distribution"
	"github.com/cosmos/cosmos-sdk/x/gov"
	"github.com/cosmos/cosmos-sdk/x/mint"
	"github.com/cosmos/cosmos-sdk/x/params"
	"github.com/cosmos/cosmos-sdk/x/slashing"
	"github.com/cosmos/cosmos-sdk/x/staking"
	"google.golang.org/protobuf/types/known/anypb"

	signingv1beta1 "cosmossdk.io/api/cosmos/tx/signing/v1beta1"
)

type answer struct {
	Code     uint32 `json:"code"`
	Error    string `json:"error,omitempty"`
	Amino    string `json:"amino,omitempty"`
	AminoErr string `json:"aminoError,omitempty"`
	Direct   string `json:"direct,omitempty"`
	Aux      string `json:"aux,omitempty"`
	JSON     string `json:"json,omitempty"`
	Signers  string `json:"signers,omitempty"`
}

func main() {
	cfg := moduletestutil.MakeTestEncodingConfig(auth.AppModuleBasic{}, vesting.AppModuleBasic{}, bank.AppModuleBasic{}, consensus.AppModuleBasic{},
		authz.AppModuleBasic{}, feegrant.AppModuleBasic{}, gov.AppModuleBasic{}, staking.AppModuleBasic{}, distr.AppModuleBasic{},
		slashing.AppModuleBasic{}, mint.AppModuleBasic{}, evidence.AppModuleBasic{}, upgrade.AppModuleBasic{}, params.AppModuleBasic{})
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<26)
	out := bufio.NewWriterSize(os.Stdout, 1<<16)
	for in.Scan() {
		bz, err := hex.DecodeString(in.Text())
		if err != nil {
			panic(err)
		}
		line, err := json.Marshal(ask(cfg, bz))
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(out, "%s\n", line)
		out.Flush()
	}
}

func ask(cfg moduletestutil.TestEncodingConfig, bz []byte) (a answer) {
	tx, err := cfg.TxConfig.TxDecoder()(bz)
	if err != nil {
		_, a.Code, _ = errorsmod.ABCIInfo(err, false)
		a.Error = err.Error()
		return a
	}
	defer func() {
		if r := recover(); r != nil {
			a.AminoErr = fmt.Sprintf("panic: %v", r)
		}
	}()
	if js, err := cfg.TxConfig.TxJSONEncoder()(tx); err == nil {
		a.JSON = string(js)
	}
	adaptable, ok := tx.(authsigning.V2AdaptableTx)
	if !ok {
		panic("not adaptable")
	}
	if st, ok := tx.(authsigning.SigVerifiableTx); ok {
		if signers, err := st.GetSigners(); err != nil {
			a.Signers = "error"
		} else {
			for _, s := range signers {
				a.Signers += hex.EncodeToString(s) + ","
			}
		}
	}
	data := adaptable.GetSigningTxData()
	signer := txsigning.SignerData{Address: "cosmos1sdns00rg6ten5ux48f8nzdmkl2kjd5jz2dzu66", ChainID: "diff-1", AccountNumber: 7, Sequence: 9}
	if b, err := cfg.TxConfig.SignModeHandler().GetSignBytes(context.Background(), signingv1beta1.SignMode_SIGN_MODE_DIRECT, signer, data); err == nil {
		a.Direct = hex.EncodeToString(b)
	}
	aux := signer
	aux.PubKey = &anypb.Any{TypeUrl: "/k", Value: []byte{1, 2}}
	if b, err := cfg.TxConfig.SignModeHandler().GetSignBytes(context.Background(), signingv1beta1.SignMode_SIGN_MODE_DIRECT_AUX, aux, data); err == nil {
		a.Aux = hex.EncodeToString(b)
	}
	b, err := cfg.TxConfig.SignModeHandler().GetSignBytes(context.Background(), signingv1beta1.SignMode_SIGN_MODE_LEGACY_AMINO_JSON, signer, data)
	if err != nil {
		a.AminoErr = err.Error()
	} else {
		a.Amino = string(b)
	}
	return a
}
