package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

// fetch reads one resource of the log, by its name below the prefix.
type fetch func(name string) ([]byte, error)

func openPrefix(prefix string) fetch {
	if !strings.HasPrefix(prefix, "unix:") {
		return func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(prefix, name)) }
	}
	socket, path, _ := strings.Cut(strings.TrimPrefix(prefix, "unix:"), ":")
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}
	client := &http.Client{Transport: &http.Transport{DialContext: dial}}
	return func(name string) ([]byte, error) {
		answer, err := client.Get("http://localhost" + path + "/" + name)
		if err != nil {
			return nil, err
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%s: %s", name, answer.Status)
		}
		return io.ReadAll(answer.Body)
	}
}

// tiles is how x/mod's tlog reads a log's tiles. Its own paths name the height, C2SP's do not.
type tiles struct{ fetch fetch }

func (t tiles) Height() int { return tileHeight }
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		data, err := t.fetch("tile/" + strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight)))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// bundle gives the entries around one index, as many as the tree has there.
func bundle(get fetch, size, index int64) ([][]byte, error) {
	tile := tlog.Tile{H: tileHeight, L: 0, N: index / 256, W: 256}
	if end := (tile.N + 1) * 256; end > size {
		tile.W = int(size - tile.N*256)
	}
	data, err := get("tile/entries/" + strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/0/", tileHeight)))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) >= 2 {
		length := int(data[0])<<8 | int(data[1])
		if len(data)-2 < length {
			break
		}
		entries = append(entries, data[2:2+length])
		data = data[2+length:]
	}
	if len(data) != 0 || len(entries) != tile.W {
		return nil, errors.New("the entry bundle is not as wide as its name says")
	}
	return entries, nil
}

func checkInclusion(get fetch, tree tlog.Tree, index int64) error {
	entries, err := bundle(get, tree.N, index)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, tiles{get})
	proof, err := tlog.ProveRecord(tree.N, index, reader)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entries[index%256]))
}

func checkGrowth(get fetch, older, newer tlog.Tree) error {
	proof, err := tlog.ProveTree(newer.N, older.N, tlog.TileHashReader(newer, tiles{get}))
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, newer.N, newer.Hash, older.N, older.Hash)
}

func checkLog(vkey, prefix, count string, notes []string) (string, error) {
	get := openPrefix(prefix)
	note, err := get("checkpoint")
	if err != nil {
		return "", err
	}
	latest, err := openCheckpoint(note, vkey)
	if err != nil {
		return "", err
	}
	trees := []tlog.Tree{latest}
	for _, file := range notes {
		tree, err := loadCheckpoint(file, vkey)
		if err != nil {
			return "", err
		}
		trees = append(trees, tree)
	}
	sort.Slice(trees, func(i, j int) bool { return trees[i].N < trees[j].N })
	pairs := 0
	for i := 0; i+1 < len(trees); i++ {
		for _, newer := range []tlog.Tree{trees[i+1], latest} {
			if err := checkGrowth(get, trees[i], newer); err != nil {
				return "", fmt.Errorf("from %d to %d: %w", trees[i].N, newer.N, err)
			}
			pairs++
		}
	}
	entries, err := decimal(count)
	if err != nil {
		return "", err
	}
	for i := int64(0); i < entries; i++ {
		index := rand.Int63n(latest.N)
		if err := checkInclusion(get, latest, index); err != nil {
			return "", fmt.Errorf("entry %d: %w", index, err)
		}
	}
	return fmt.Sprintf("size %d: %d entries included, %d pairs of checkpoints consistent", latest.N, entries, pairs), nil
}
