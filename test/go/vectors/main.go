// Command vectors prints, as JSON, what golang.org/x/mod/sumdb/note and tlog make of fixed inputs.
// Leaf i of the tree is the text "entry i"; the key's seed is 32 bytes of 1, its name
// example.com/log.
//
// go run ./vectors
package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type proof struct {
	Old    int64    `json:"old"`
	Size   int64    `json:"size"`
	Hashes []string `json:"hashes"`
}

type vectors struct {
	// Roots of the trees of these sizes.
	Roots map[int64]string `json:"roots"`
	// Inclusion of leaf Old in the tree of Size.
	Inclusion []proof `json:"inclusion"`
	// Consistency of the tree of Old with the tree of Size.
	Consistency []proof `json:"consistency"`
	// Paths of tiles of height 8, without the height.
	Paths map[string]string `json:"paths"`
	VKey  string            `json:"vkey"`
	SKey  string            `json:"skey"`
	Note  string            `json:"note"`
}

type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = m[index]
	}
	return hashes, nil
}

func main() {
	const most = 70000
	stored := memory{}
	for i := range int64(most) {
		hashes, err := tlog.StoredHashes(i, fmt.Appendf(nil, "entry %d", i), stored)
		must(err)
		stored = append(stored, hashes...)
	}
	out := vectors{Roots: map[int64]string{}, Paths: map[string]string{}}
	for _, size := range []int64{1, 2, 3, 7, 8, 255, 256, 257, 1000, 65535, 65536, 65537, most} {
		root, err := tlog.TreeHash(size, stored)
		must(err)
		out.Roots[size] = root.String()
	}
	for _, pair := range [][2]int64{{0, 1}, {0, 8}, {5, 7}, {256, 257}, {999, 1000}, {12345, most}, {most - 1, most}} {
		hashes, err := tlog.ProveRecord(pair[1], pair[0], stored)
		must(err)
		out.Inclusion = append(out.Inclusion, proof{pair[0], pair[1], texts(hashes)})
	}
	for _, pair := range [][2]int64{{1, 1}, {1, 2}, {3, 7}, {4, 7}, {6, 8}, {256, 257}, {999, 1000}, {65537, most}} {
		hashes, err := tlog.ProveTree(pair[1], pair[0], stored)
		must(err)
		out.Consistency = append(out.Consistency, proof{pair[0], pair[1], texts(hashes)})
	}
	for _, tile := range []tlog.Tile{{L: 0, N: 0, W: 256}, {L: 1, N: 999, W: 17}, {L: 2, N: 1000, W: 256}, {L: 0, N: 1234067, W: 255}} {
		tile.H = 8
		key := fmt.Sprintf("%d/%d/%d", tile.L, tile.N, tile.W)
		out.Paths[key] = "tile/" + tile.Path()[len("tile/8/"):]
	}

	var err error
	seed := bytes.Repeat([]byte{1}, ed25519.SeedSize)
	out.SKey, out.VKey, err = note.GenerateKey(bytes.NewReader(seed), "example.com/log")
	must(err)
	signer, err := note.NewSigner(out.SKey)
	must(err)
	text := fmt.Sprintf("example.com/log\n%d\n%s\n", most, out.Roots[most])
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	must(err)
	out.Note = string(signed)

	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	must(encoder.Encode(out))
}

func texts[T ~[]tlog.Hash](hashes T) []string {
	list := []string{}
	for _, hash := range hashes {
		list = append(list, base64.StdEncoding.EncodeToString(hash[:]))
	}
	return list
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
