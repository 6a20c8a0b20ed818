// Command logcheck checks a log that lies in a folder as static tlog-tiles files, with
// golang.org/x/mod/sumdb/note and tlog only: the checkpoint's signature, every leaf hash against
// the entry bundles, every tile, the root, inclusion of chosen leaves, and consistency with earlier
// checkpoints. It prints one JSON object and exits with 1 when anything is wrong, with 2 when it is
// called wrongly.
//
// logcheck -dir DIR -vkey VKEY [-origin NAME] [-leaves 0,17] [-old FILE,FILE]
package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8
const tileWidth = 1 << tileHeight

// answer is what is printed: what was checked, and what is wrong.
type answer struct {
	OK         bool   `json:"ok"`
	Error      string `json:"error,omitempty"`
	Size       int64  `json:"size"`
	Root       string `json:"root"`
	Entries    int64  `json:"entries"`
	Tiles      int    `json:"tiles"`
	Included   int    `json:"included"`
	Consistent int    `json:"consistent"`
}

type checkpoint struct {
	origin string
	tree   tlog.Tree
}

func main() {
	dir := flag.String("dir", "", "folder of the log")
	vkey := flag.String("vkey", "", "the log's verifier key")
	origin := flag.String("origin", "", "origin of the log (default: the key's name)")
	leaves := flag.String("leaves", "", "leaves to prove the inclusion of, by number, separated by commas")
	old := flag.String("old", "", "files of earlier checkpoints, separated by commas")
	flag.Parse()
	if *dir == "" || *vkey == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}

	var result answer
	if err := check(*dir, *vkey, *origin, list(*leaves), list(*old), &result); err != nil {
		result.Error = err.Error()
	} else {
		result.OK = true
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil || !result.OK {
		os.Exit(1)
	}
}

func check(dir, vkey, origin string, leaves, old []string, result *answer) error {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return fmt.Errorf("verifier key: %w", err)
	}
	if origin == "" {
		origin = verifier.Name()
	}
	signed, err := open(filepath.Join(dir, "checkpoint"), verifier, origin)
	if err != nil {
		return err
	}
	tree := signed.tree
	result.Size, result.Root = tree.N, tree.Hash.String()

	stored, err := hashEntries(dir, tree.N)
	if err != nil {
		return err
	}
	result.Entries = tree.N
	if result.Tiles, err = compareTiles(dir, tree.N, stored); err != nil {
		return err
	}
	root, err := tlog.TreeHash(tree.N, stored)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return fmt.Errorf("root: the entries have %s, the checkpoint %s", root, tree.Hash)
	}

	// The proofs come from the files, not from what was hashed above.
	published := tlog.TileHashReader(tree, tiles{dir})
	for _, leaf := range leaves {
		if err := included(leaf, tree, stored, published); err != nil {
			return err
		}
		result.Included++
	}
	for _, file := range old {
		earlier, err := open(file, verifier, origin)
		if err != nil {
			return err
		}
		if err := consistent(earlier.tree, tree, published); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
		result.Consistent++
	}
	return nil
}

// open reads a checkpoint (c2sp.org/tlog-checkpoint) that the key has signed.
func open(file string, verifier note.Verifier, origin string) (*checkpoint, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	signed, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) < 4 {
		return nil, errors.New("checkpoint: fewer than three lines")
	}
	if lines[0] != origin {
		return nil, fmt.Errorf("checkpoint: origin %q, not %q", lines[0], origin)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return nil, fmt.Errorf("checkpoint: %q is not a size", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	return &checkpoint{lines[0], tlog.Tree{N: size, Hash: root}}, nil
}

// memory holds the hashes of a tree in the order of tlog.StoredHashIndex.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index < 0 || index >= int64(len(m)) {
			return nil, fmt.Errorf("no hash %d", index)
		}
		hashes[i] = m[index]
	}
	return hashes, nil
}

// hashEntries hashes all entries and compares each with the level-0 tile beside its bundle.
func hashEntries(dir string, size int64) (memory, error) {
	stored := memory{}
	for first := int64(0); first < size; first += tileWidth {
		width := int(min(tileWidth, size-first))
		path := tilePath("tile/entries", first/tileWidth, width)
		bundle, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			return nil, err
		}
		leaves, err := os.ReadFile(filepath.Join(dir, tilePath("tile/0", first/tileWidth, width)))
		if err != nil {
			return nil, err
		}
		for i := range width {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return nil, fmt.Errorf("%s: entry %d is cut off", path, i)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			hash := tlog.RecordHash(bundle[2:end])
			bundle = bundle[end:]
			if len(leaves) != width*tlog.HashSize || !bytes.Equal(hash[:], leaves[i*tlog.HashSize:(i+1)*tlog.HashSize]) {
				return nil, fmt.Errorf("%s: entry %d is not the one of the level-0 tile", path, i)
			}
			hashes, err := tlog.StoredHashesForRecordHash(first+int64(i), hash, stored)
			if err != nil {
				return nil, err
			}
			stored = append(stored, hashes...)
		}
		if len(bundle) > 0 {
			return nil, fmt.Errorf("%s: goes on after %d entries", path, width)
		}
	}
	return stored, nil
}

// compareTiles compares every tile of the tree with its file and says how many there are.
func compareTiles(dir string, size int64, stored memory) (int, error) {
	all := tlog.NewTiles(tileHeight, 0, size)
	for _, tile := range all {
		want, err := tlog.ReadTileData(tile, stored)
		if err != nil {
			return 0, err
		}
		path := pathOf(tile)
		got, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			return 0, err
		}
		if !bytes.Equal(got, want) {
			return 0, fmt.Errorf("%s: not what the entries hash to", path)
		}
	}
	return len(all), nil
}

func included(leaf string, tree tlog.Tree, stored memory, published tlog.HashReader) error {
	number, err := strconv.ParseInt(leaf, 10, 64)
	if err != nil || number < 0 || number >= tree.N {
		return fmt.Errorf("leaf %q is not in a tree of %d", leaf, tree.N)
	}
	proof, err := tlog.ProveRecord(tree.N, number, published)
	if err != nil {
		return fmt.Errorf("leaf %d: %w", number, err)
	}
	hash := stored[tlog.StoredHashIndex(0, number)]
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, number, hash); err != nil {
		return fmt.Errorf("leaf %d: %w", number, err)
	}
	return nil
}

func consistent(earlier, tree tlog.Tree, published tlog.HashReader) error {
	if earlier.N > tree.N {
		return fmt.Errorf("rolled back from %d leaves to %d", earlier.N, tree.N)
	}
	if earlier.N == 0 {
		return nil
	}
	proof, err := tlog.ProveTree(tree.N, earlier.N, published)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, earlier.N, earlier.Hash)
}

// tiles reads the tiles of a log from its folder.
type tiles struct{ dir string }

func (t tiles) Height() int { return tileHeight }

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(wanted))
	for i, tile := range wanted {
		var err error
		if data[i], err = os.ReadFile(filepath.Join(t.dir, pathOf(tile))); err != nil {
			return nil, err
		}
	}
	return data, nil
}

func pathOf(tile tlog.Tile) string {
	return tilePath(fmt.Sprintf("tile/%d", tile.L), tile.N, tile.W)
}

// tilePath is the path of c2sp.org/tlog-tiles: that of tlog.Tile.Path without the height.
func tilePath(prefix string, number int64, width int) string {
	path := tlog.Tile{H: 1, L: 0, N: number, W: 2}.Path()
	path = prefix + strings.TrimPrefix(path, "tile/1/0")
	if width < tileWidth {
		path = fmt.Sprintf("%s.p/%d", path, width)
	}
	return path
}

func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}
