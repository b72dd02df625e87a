awaitable<void> walk(Store& store, Token token) {
    co_await store.append(Entry{1, "x"});                              // flagged
    co_await store.append({1, "x"});                                   // flagged
    co_await store.run([&token] { return token.name(); });             // flagged
    co_await store.run([=] { return 1; });                             // flagged
    const auto a = co_await store.find(token,
                                       Filter{.limit = 1});            // flagged
    if (!co_await store.has(Entry{1})) co_return;                      // flagged
    while (co_await store.more(Filter{})) token.next();                // flagged
    for (auto& entry : co_await store.list(Filter{})) use(entry);      // flagged
    co_return combine(Entry{1}, co_await store.last());                // flagged
    co_return combine(co_await store.last(), [token] { return 1; });   // flagged
    if (ready) co_await store.append(Entry{2});                        // flagged
    else co_await store.append(Entry{3});                              // flagged
    const Pair pair{co_await store.last(), 1};                         // flagged
    auto work = [&]() -> awaitable<void> { co_await store.append(Entry{4}); };  // flagged
}
