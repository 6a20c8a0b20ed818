// Command proofcheck checks an offline proof (c2sp.org/tlog-proof) with filippo.io/torchwood: the
// log's signature, a quorum of witnesses' cosignatures, and the inclusion of the entry. It exits
// with 1 and says why when anything is wrong.
//
// proofcheck -vkey VKEY [-witness VKEY,VKEY -quorum N] -entry FILE PROOF
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	vkey := flag.String("vkey", "", "the log's verifier key")
	witnesses := flag.String("witness", "", "verifier keys of witnesses, separated by commas")
	quorum := flag.Int("quorum", 0, "how many of them must have cosigned")
	entry := flag.String("entry", "", "file of the entry")
	flag.Parse()
	if *vkey == "" || *entry == "" || flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := check(*vkey, *witnesses, *quorum, *entry, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("ok")
}

func check(vkey, witnesses string, quorum int, entryFile, proofFile string) error {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	var cosigners []torchwood.Policy
	for key := range strings.SplitSeq(witnesses, ",") {
		if key == "" {
			continue
		}
		witness, err := torchwood.NewCosignatureVerifier(key)
		if err != nil {
			return err
		}
		cosigners = append(cosigners, torchwood.SingleVerifierPolicy(witness))
	}
	if quorum < 0 || quorum > len(cosigners) {
		return fmt.Errorf("%d of %d witnesses", quorum, len(cosigners))
	}
	policy := torchwood.ThresholdPolicy(3,
		torchwood.OriginPolicy(verifier.Name()),
		torchwood.SingleVerifierPolicy(verifier),
		torchwood.ThresholdPolicy(quorum, cosigners...),
	)
	entry, err := os.ReadFile(entryFile)
	if err != nil {
		return err
	}
	proof, err := os.ReadFile(proofFile)
	if err != nil {
		return err
	}
	return torchwood.VerifyProof(policy, tlog.RecordHash(entry), proof)
}
