// What others' Go libraries make of our witness and of our tiles: sigsum-go's client of tlog-witness, and the note and tlog
// packages of golang.org/x/mod. Built with Debian's packages by foreign_root.sh.
//
// foreign-go serve HOST:PORT WITNESS-KEY.pem NAME LOG-VKEY…  sigsum-go witnesses, under a name of ours
// foreign-go witness URL LOG-KEY.pem ORIGIN WITNESS-VKEY   sigsum-go has its own log cosigned
// foreign-go tiles URL LOG-VKEY OLD-CHECKPOINT             x/mod reads a log as plain files
package main

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"sigsum.org/sigsum-go/pkg/api"
	"sigsum.org/sigsum-go/pkg/checkpoint"
	"sigsum.org/sigsum-go/pkg/client"
	"sigsum.org/sigsum-go/pkg/crypto"
	"sigsum.org/sigsum-go/pkg/merkle"
	"sigsum.org/sigsum-go/pkg/requests"
	"sigsum.org/sigsum-go/pkg/server"
	"sigsum.org/sigsum-go/pkg/types"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("foreign: ")
	switch {
	case len(os.Args) > 5 && os.Args[1] == "serve":
		serve(os.Args[2], os.Args[3], os.Args[4], os.Args[5:])
	case len(os.Args) == 6 && os.Args[1] == "witness":
		witness(os.Args[2], os.Args[3], os.Args[4], os.Args[5])
	case len(os.Args) == 5 && os.Args[1] == "tiles":
		tiles(os.Args[2], os.Args[3], os.Args[4])
	default:
		log.Fatal("wrong usage")
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// sigsumLog is a log that sigsum-go keeps, under an origin of ours.
type sigsumLog struct {
	tree   merkle.Tree
	signer *crypto.Ed25519Signer
	origin string
}

func readKey(file string) *crypto.Ed25519Signer {
	text, err := os.ReadFile(file)
	check(err)
	block, _ := pem.Decode(text)
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	check(err)
	var private crypto.PrivateKey
	copy(private[:], parsed.(ed25519.PrivateKey).Seed())
	return crypto.NewEd25519Signer(&private)
}

func openLog(keyFile, origin string, leaves uint64) *sigsumLog {
	l := &sigsumLog{merkle.NewTree(), readKey(keyFile), origin}
	for i := uint64(0); i < leaves; i++ {
		leaf := l.leaf(i)
		l.tree.AddLeafHash(&leaf)
	}
	return l
}

// head is the tree's state when it had so many leaves.
func (l *sigsumLog) head(size uint64) types.TreeHead {
	part := merkle.NewTree()
	for i := uint64(0); i < size; i++ {
		leaf := l.leaf(i)
		part.AddLeafHash(&leaf)
	}
	return types.TreeHead{Size: size, RootHash: part.GetRootHash()}
}

func (l *sigsumLog) leaf(index uint64) crypto.Hash {
	return merkle.HashLeafNode([]byte(fmt.Sprint("leaf ", index)))
}

func (l *sigsumLog) request(old, size uint64) requests.AddCheckpoint {
	head, public := l.head(size), l.signer.Public()
	signature, err := l.signer.Sign([]byte(head.FormatCheckpoint(l.origin)))
	check(err)
	request := requests.AddCheckpoint{OldSize: old, Checkpoint: checkpoint.Checkpoint{
		SignedTreeHead: types.SignedTreeHead{TreeHead: head, Signature: signature},
		Origin:         l.origin, KeyId: checkpoint.NewLogKeyId(l.origin, &public),
	}}
	if old > 0 && old < size {
		request.Proof.Path, err = l.tree.ProveConsistency(old, size)
		check(err)
	}
	return request
}

func witness(url, keyFile, origin, vkey string) {
	var key checkpoint.NoteVerifier
	check(key.FromString(vkey))
	asking := client.New(client.Config{URL: url, UserAgent: "sigsum-go"})
	l := openLog(keyFile, origin, 300)
	add := func(request requests.AddCheckpoint) error {
		lines, err := asking.AddCheckpoint(context.Background(), request)
		if err != nil {
			return err
		}
		if len(lines) != 1 || lines[0].KeyName != key.Name {
			log.Fatalf("not one line of %s: %v", key.Name, lines)
		}
		_, err = request.Checkpoint.VerifyCosignatureByKey(lines, &key.PublicKey)
		check(err)
		return nil
	}
	cosigned := 0
	for _, step := range [][2]uint64{{0, 1}, {1, 5}, {5, 5}, {5, 256}, {256, 300}} {
		if err := add(l.request(step[0], step[1])); err != nil {
			log.Fatalf("from %d to %d: %v", step[0], step[1], err)
		}
		cosigned++
	}
	// What must be refused, and how its client understands that.
	if size, ok := api.ErrorConflictOldSize(add(l.request(5, 300))); !ok || size != 300 {
		log.Fatalf("a conflict names %d", size)
	}
	forged := l.request(300, 300)
	forged.Checkpoint.Signature[0] ^= 1
	unknown := l.request(0, 5)
	unknown.Checkpoint.Origin = "nobody.example/log/1"
	broken := l.request(300, 300)
	broken.Checkpoint.TreeHead.RootHash[0] ^= 1
	signature, err := l.signer.Sign([]byte(broken.Checkpoint.TreeHead.FormatCheckpoint(origin)))
	check(err)
	broken.Checkpoint.Signature = signature
	for _, bad := range []struct {
		request requests.AddCheckpoint
		want    error
	}{{forged, api.ErrForbidden}, {unknown, api.ErrNotFound}, {broken, api.ErrUnprocessableEntity}} {
		if err := add(bad.request); !errors.Is(err, bad.want) {
			log.Fatalf("%v where %v was to be", err, bad.want)
		}
	}
	fmt.Printf("INTEROP sigsum-go client -> our witness: %d cosigned and verified by it, 409 names 300, 403, 404 and 422 understood\n", cosigned)
}

// cosigner does what sigsum-witness does, which knows one log and that by Sigsum's own name. What is read, verified and signed
// is sigsum-go's; only names and the memory of sizes are here.
type cosigner struct {
	signer *crypto.Ed25519Signer
	name   string
	keys   map[string]crypto.PublicKey
	lock   sync.Mutex
	heads  map[string]types.TreeHead
}

func (c *cosigner) AddCheckpoint(_ context.Context, request requests.AddCheckpoint) ([]checkpoint.CosignatureLine, error) {
	key, known := c.keys[request.Checkpoint.Origin]
	if !known {
		return nil, api.ErrNotFound
	}
	// Its own Verify takes every log for one of Sigsum's names.
	text := request.Checkpoint.TreeHead.FormatCheckpoint(request.Checkpoint.Origin)
	if request.Checkpoint.KeyId != checkpoint.NewLogKeyId(request.Checkpoint.Origin, &key) ||
		!crypto.Verify(&key, []byte(text), &request.Checkpoint.Signature) {
		return nil, api.ErrForbidden
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	head, seen := c.heads[request.Checkpoint.Origin]
	if !seen {
		head = types.NewEmptyTreeHead()
	}
	if head.Size != request.OldSize {
		return nil, api.ErrConflict.WithOldSize(head.Size)
	}
	if err := request.Proof.Verify(&head, &request.Checkpoint.TreeHead); err != nil {
		return nil, api.ErrUnprocessableEntity.WithError(err)
	}
	cosignature, err := request.Checkpoint.Cosign(c.signer, uint64(time.Now().Unix()))
	if err != nil {
		return nil, err
	}
	c.heads[request.Checkpoint.Origin] = request.Checkpoint.TreeHead
	public := c.signer.Public()
	id := checkpoint.NewWitnessKeyId(c.name, &public)
	return []checkpoint.CosignatureLine{{KeyName: c.name, KeyId: id, Cosignature: cosignature}}, nil
}

func serve(address, keyFile, name string, vkeys []string) {
	c := &cosigner{signer: readKey(keyFile), name: name, keys: map[string]crypto.PublicKey{}, heads: map[string]types.TreeHead{}}
	for _, vkey := range vkeys {
		var key checkpoint.NoteVerifier
		check(key.FromString(vkey))
		c.keys[key.Name] = key.PublicKey
	}
	log.Fatal(http.ListenAndServe(address, server.NewWitness(&server.Config{}, c)))
}

// files is a log's folder behind a web server. Their paths have the height of tiles, ours (C2SP) have not.
type files struct{ url string }

func (f files) get(path string) ([]byte, error) {
	answer, err := http.Get(f.url + "/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	return io.ReadAll(answer.Body)
}

func (f files) Height() int { return 8 }

func (f files) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range tiles {
		bytes, err := f.get("tile/" + strings.TrimPrefix(tile.Path(), "tile/8/"))
		if err != nil {
			return nil, err
		}
		data = append(data, bytes)
	}
	return data, nil
}

func (f files) SaveTiles([]tlog.Tile, [][]byte) {}

// tree opens a note as x/mod does and reads the three lines of a checkpoint.
func tree(text []byte, vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	check(err)
	opened, err := note.Open(text, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		log.Fatalf("the checkpoint is of %q", lines[0])
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: root}
}

func tiles(url, vkey, oldFile string) {
	f := files{url}
	text, err := f.get("checkpoint")
	check(err)
	old, err := os.ReadFile(oldFile)
	check(err)
	now, then := tree(text, vkey), tree(old, vkey)
	// This reader proves each tile by the root before it gives a hash.
	reader := tlog.TileHashReader(now, f)
	proof, err := tlog.ProveTree(now.N, then.N, reader)
	check(err)
	check(tlog.CheckTree(proof, now.N, now.Hash, then.N, then.Hash))
	var index int64
	for bundle := int64(0); index < now.N; bundle++ {
		path := tlog.Tile{H: 8, L: 0, N: bundle, W: int(min(256, now.N-bundle*256))}.Path()
		data, err := f.get("tile/entries/" + strings.TrimPrefix(path, "tile/8/0/"))
		check(err)
		for len(data) > 0 {
			length := 2 + (int(data[0])<<8 | int(data[1]))
			inclusion, err := tlog.ProveRecord(now.N, index, reader)
			check(err)
			check(tlog.CheckRecord(inclusion, now.N, now.Hash, index, tlog.RecordHash(data[2:length])))
			data = data[length:]
			index++
		}
	}
	if index != now.N {
		log.Fatalf("%d entries of %d", index, now.N)
	}
	fmt.Printf("INTEROP golang.org/x/mod -> our tiles: checkpoint of %d, %d inclusion proofs, consistency from %d\n", now.N, index, then.N)
}
