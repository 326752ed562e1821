/* The console by keyboard: results while typing, cards beside the list, copying, locking. Everything but copying works
   without this file. Written for Chromium 78: nothing newer than ES2018. */
(function () {
  'use strict';
  document.documentElement.classList.add('js');
  var WAIT = 70, WAIT_FOR_CARD = 110; // milliseconds: faster than anybody types, slower than a key that is held down
  var told = document.querySelector('[data-told]');
  var clock = null;

  function say(words) {
    told.textContent = words;
    told.classList.add('on');
    clearTimeout(clock);
    clock = setTimeout(function () { told.classList.remove('on'); }, 2600);
  }

  function piece(address, stop) {
    return fetch(address, {
      headers: { Accept: 'text/html', 'X-Requested-With': 'staff' }, credentials: 'same-origin', signal: stop && stop.signal
    }).then(function (answer) {
      if (answer.status === 401) { // signed out or locked meanwhile: the door leads back here
        window.location.reload();
        return new Promise(function () {});
      }
      if (!answer.ok) return answer.json().then(function (body) { throw new Error(body.error); });
      return answer.text();
    });
  }

  function failed(error) {
    if (error.name === 'AbortError') return;
    say(error.name === 'TypeError' || !error.message ? '网断了一下，请再试一次' : error.message);
  }

  function writing(node) {
    return node && (node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName));
  }

  /* ---- the list and the card beside it ---- */
  var panes = document.querySelector('[data-panes]');
  var list = panes && panes.querySelector('[data-list]');
  var card = panes && panes.querySelector('[data-card]');
  var seek = panes && panes.querySelector('[data-seek]');
  var box = seek && seek.querySelector('#q');
  var region = seek && seek.querySelector('[data-region]');
  var at = null; // the line that is chosen
  var stopCard = null, stopList = null, soon = null;

  function lines() { return [].slice.call(list.querySelectorAll('.line')); }

  function dress() {
    if (!box) return;
    lines().forEach(function (line, n) {
      line.id = 'line-' + n;
      line.setAttribute('role', 'option');
      line.setAttribute('aria-selected', 'false');
      line.removeAttribute('aria-current');
      line.tabIndex = -1;
    });
    if (lines().length) list.setAttribute('role', 'listbox'); else list.removeAttribute('role');
    box.setAttribute('aria-expanded', lines().length ? 'true' : 'false');
  }

  function choose(line) {
    if (at) {
      at.classList.remove('at');
      if (box) at.setAttribute('aria-selected', 'false');
    }
    at = line;
    if (!line) {
      if (box) box.removeAttribute('aria-activedescendant');
      return;
    }
    line.classList.add('at');
    if (box) {
      line.setAttribute('aria-selected', 'true');
      box.setAttribute('aria-activedescendant', line.id);
      line.scrollIntoView({ block: 'nearest' });
    } else {
      line.focus();
    }
  }

  function where(show) {
    var told = new URLSearchParams();
    told.append('show', show);
    if (region && region.value) told.append('region', region.value);
    if (!box && /[?&]done=true/.test(window.location.search)) told.append('done', 'true');
    return window.location.pathname + '?' + told;
  }

  function open(show, how) {
    if (stopCard) stopCard.abort();
    stopCard = new AbortController();
    card.setAttribute('aria-busy', 'true');
    var place = region && region.value ? '?region=' + encodeURIComponent(region.value) : '';
    return piece('/staff/card/' + encodeURIComponent(show) + place, stopCard).then(function (html) {
      card.innerHTML = html; // made by the server's templates, everything a person typed is escaped there
      card.scrollTop = 0;
      card.removeAttribute('aria-busy');
      if (how !== 'back') window.history[how === 'on' ? 'pushState' : 'replaceState']({ show: show }, '', where(show));
      if (how === 'enter' || how === 'on') card.focus();
    }).catch(failed);
  }

  function openSoon(line) {
    clearTimeout(soon);
    if (line.hasAttribute('data-ask')) return; // opening it is noted: only when it is meant
    soon = setTimeout(function () { open(line.getAttribute('data-show')); }, WAIT_FOR_CARD);
  }

  function move(step) {
    var all = lines();
    if (!all.length) return;
    var now = all.indexOf(at);
    var next = now < 0 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, now + step));
    choose(all[next]);
    if (box) openSoon(all[next]);
  }

  if (panes && window.fetch && window.AbortController && window.URLSearchParams) {
    if (box) {
      box.setAttribute('role', 'combobox');
      box.setAttribute('aria-autocomplete', 'list');
      box.setAttribute('aria-controls', 'found');
    }
    var current = list.querySelector('[aria-current]');
    dress();
    choose(current || (box ? null : lines()[0] || null));

    list.addEventListener('click', function (event) {
      var line = event.target.closest('.line');
      if (!line || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      choose(line);
      open(line.getAttribute('data-show'), box ? '' : 'enter');
      if (box) box.focus();
    });

    card.addEventListener('click', function (event) {
      var link = event.target.closest('[data-open]');
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(link.getAttribute('data-open'), 'on');
    });

    window.addEventListener('popstate', function (event) {
      if (event.state && event.state.show) open(event.state.show, 'back'); else window.location.reload();
    });

    document.addEventListener('keydown', function (event) {
      if (event.isComposing || event.keyCode === 229 || event.altKey || event.ctrlKey || event.metaKey) return;
      var here = event.target === box || !writing(event.target);
      if (!here || (card.contains(event.target) && event.target !== card)) return;
      if (event.target === card && /^(Arrow|Page)/.test(event.key) && box) return; // the card scrolls
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        move(event.key === 'ArrowDown' ? 1 : -1);
      } else if (event.key === 'Enter' && event.target === box) {
        event.preventDefault();
        clearTimeout(soon);
        enter();
      }
    });
  }

  function enter() {
    if (searched !== asked()) { // Enter came before the list: a scanner types and presses it at once
      look(true);
      return;
    }
    if (!at && lines().length) choose(lines()[0]);
    if (at) open(at.getAttribute('data-show'), 'enter');
  }

  /* ---- results while typing ---- */
  var searched = box ? box.defaultValue.trim() : ''; // what the list on the page answers
  var typing = null;

  function asked() {
    return box.value.trim().replace(/^1[3-9]\d{5}(\d{4})$/, '$1'); // no whole telephone number in an address
  }

  function look(thenEnter) {
    clearTimeout(typing); // or it would take away the Enter that came before it
    var words = asked();
    if (words === searched && !thenEnter) return;
    if (stopList) stopList.abort();
    stopList = new AbortController();
    var told = new URLSearchParams();
    told.append('q', words);
    if (region.value) told.append('region', region.value);
    piece('/staff/find?' + told, stopList).then(function (html) {
      searched = words;
      list.innerHTML = html; // made by the server's templates, everything a person typed is escaped there
      list.scrollTop = 0;
      at = null;
      dress();
      var first = words ? lines()[0] : null;
      choose(first || null);
      if (thenEnter) enter(); else if (first) openSoon(first);
    }).catch(failed);
  }

  if (box) {
    box.addEventListener('input', function () {
      clearTimeout(typing);
      typing = setTimeout(look, WAIT);
    });
    seek.addEventListener('submit', function (event) { event.preventDefault(); });
    region.addEventListener('change', function () {
      var shown = card.querySelector('[data-shown]');
      if (shown) open(shown.getAttribute('data-shown'));
      box.focus();
    });
    look(); // who is quick has typed before this file came
  }

  /* ---- keys ---- */
  function seen(node) { return node.offsetParent !== null; }

  function press(node) {
    if (node.tagName === 'SUMMARY') {
      node.parentNode.open = !node.parentNode.open;
      node.focus();
      var field = node.parentNode.open && node.parentNode.querySelector('textarea, input:not([type=hidden])');
      if (field && seen(field)) field.focus();
    } else {
      node.click();
    }
  }

  document.addEventListener('keydown', function (event) {
    if (event.altKey && !event.ctrlKey && !event.metaKey && /^Key[A-Z]$/.test(event.code)) {
      var letter = event.code.slice(3).toLowerCase();
      var found = [].filter.call(document.querySelectorAll('[data-key="' + letter + '"]'), seen)[0];
      if (found) {
        event.preventDefault();
        press(found);
      }
    } else if (event.key === '/' && box && !writing(event.target)) {
      event.preventDefault();
      box.focus();
      box.select();
    } else if (event.key === 'Escape') {
      var pop = document.querySelector('.pop[open], .drop[open]');
      if (pop) {
        pop.open = false;
        pop.querySelector('summary').focus();
      } else if (box && event.target !== box) {
        box.focus();
        box.select();
      } else if (box && box.value) {
        event.preventDefault();
        box.value = '';
        look();
      } else if (!box && list && at) {
        at.focus();
      }
    }
  });

  document.addEventListener('click', function (event) { // what hangs over the page closes when one looks elsewhere
    [].forEach.call(document.querySelectorAll('.pop[open], .drop[open]'), function (one) {
      if (!one.contains(event.target)) one.open = false;
    });
  });

  /* ---- copying ---- */
  function copy(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    var holder = document.createElement('textarea'); // plain http, as inside an office network
    holder.value = text;
    holder.className = 'sr';
    holder.setAttribute('readonly', '');
    document.body.appendChild(holder);
    holder.select();
    var done = document.execCommand('copy');
    document.body.removeChild(holder);
    return done ? Promise.resolve() : Promise.reject(new Error('这个浏览器不让复制，请选中了自己复制'));
  }

  document.addEventListener('click', function (event) {
    var one = event.target.closest('[data-copy-text]');
    var many = event.target.closest('[data-copy]');
    if (!one && !many) return;
    var back = document.activeElement;
    copy(one ? one.getAttribute('data-copy-text') : many.parentNode.querySelector('[data-words]').value).then(function () {
      if (back) back.focus();
      say('复制好了，去贴吧');
    }).catch(failed);
  });

  /* ---- what is fetched when it is opened; what is asked twice ---- */
  document.addEventListener('toggle', function (event) {
    var fold = event.target;
    if (!fold.hasAttribute || !fold.hasAttribute('data-load') || !fold.open || fold.hasAttribute('data-loaded')) return;
    fold.setAttribute('data-loaded', '');
    piece(fold.getAttribute('data-load')).then(function (html) {
      fold.querySelector('[data-into]').innerHTML = html; // made by the server's templates
    }).catch(failed);
  }, true);

  document.addEventListener('click', function (event) {
    var sure = event.target.closest('[data-sure]');
    if (sure && !window.confirm(sure.getAttribute('data-sure'))) event.preventDefault();
  });

  /* ---- nobody at the desk: lock; somebody writing: stay open ---- */
  var after = Number(document.body.getAttribute('data-lock-after')) * 1000;
  var lock = document.querySelector('[data-lock]');
  if (after && lock) {
    var moved = Date.now(), pinged = Date.now();
    ['keydown', 'pointerdown', 'wheel'].forEach(function (what) {
      document.addEventListener(what, function () {
        moved = Date.now();
        if (moved - pinged > Math.min(300000, after / 3)) {
          pinged = moved;
          piece('/staff/awake').catch(function () { /* no network: the next click says so */ });
        }
      }, { passive: true });
    });
    setInterval(function () {
      if (Date.now() - moved > after) lock.click();
    }, 5000);
  }
})();

/* ==== cases: digits for moves, arrows in the queue, licences while typing, the credit code while it is typed ==== */
(function () {
  'use strict';
  function all(what, within) { return [].slice.call((within || document).querySelectorAll(what)); }
  function seen(node) { return node.offsetParent !== null; }
  function writing(node) { return node && /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName) && node.type !== 'checkbox'; }

  function told(address) {
    return fetch(address, { headers: { Accept: 'application/json', 'X-Requested-With': 'staff' }, credentials: 'same-origin' })
      .then(function (answer) {
        if (!answer.ok) throw new Error();
        return answer.json();
      });
  }

  /* ---- keys: Alt and a digit makes a move, Alt and a letter goes to a field ---- */
  document.addEventListener('keydown', function (event) {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    var digit = /^Digit([1-9])$/.exec(event.code);
    var letter = /^Key([A-Z])$/.exec(event.code);
    var found = digit ? all('[data-digit="' + digit[1] + '"]').filter(seen)[0] : null;
    var field = letter ? all('[data-focus="' + letter[1].toLowerCase() + '"]').filter(seen)[0] : null;
    if (!found && !field) return;
    event.preventDefault();
    if (found) found.click(); else field.focus();
  });

  /* ---- one press is enough: a second click on the way changes nothing ---- */
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== 'post') return;
    if (form.hasAttribute('data-sent')) event.preventDefault();
    form.setAttribute('data-sent', '');
  });
  window.addEventListener('pageshow', function () {
    all('form[data-sent]').forEach(function (form) { form.removeAttribute('data-sent'); });
  });

  /* ---- rows: arrows, space, Enter ---- */
  var table = document.querySelector('[data-rows]');
  if (table) {
    var at = -1;
    document.addEventListener('keydown', function (event) {
      if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing || writing(event.target)) return;
      var rows = all('tbody tr', table);
      if (!rows.length) return;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        at = Math.max(0, Math.min(rows.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1)));
        rows.forEach(function (row, n) { row.classList.toggle('at', n === at); });
        rows[at].querySelector('[data-row]').focus();
        rows[at].scrollIntoView({ block: 'nearest' });
      } else if (event.key === ' ' && at >= 0 && rows[at].contains(event.target) && event.target.type !== 'checkbox') {
        var box = rows[at].querySelector('input[type=checkbox]');
        if (box) {
          event.preventDefault();
          box.checked = !box.checked;
        }
      }
    });
    table.addEventListener('focusin', function (event) {
      at = all('tbody tr', table).indexOf(event.target.closest('tbody tr'));
    });
  }
  all('[data-all]').forEach(function (box) {
    box.addEventListener('change', function () {
      all('input[name="' + box.getAttribute('data-all') + '"]').forEach(function (one) { one.checked = box.checked; });
    });
  });
  all('[data-all-on]').forEach(function (button) {
    button.addEventListener('click', function () {
      all('input[name="' + button.getAttribute('data-all-on') + '"]').forEach(function (one) { one.checked = true; });
    });
  });
  all('[data-auto]').forEach(function (form) {
    form.addEventListener('change', function () { form.submit(); });
  });

  /* ---- the credit code: right or wrong at once, and who it is ---- */
  var code = document.querySelector('[data-uscc]');
  if (code) {
    var words = document.querySelector('[data-uscc-told]'), name = document.querySelector('[data-name]'), last = '';
    code.addEventListener('input', function () {
      var typed = code.value.replace(/\s/g, '');
      if (typed === last) return;
      last = typed;
      words.textContent = '';
      words.className = 'uscc-told';
      if (typed.length < 18) return;
      told('/staff/intake/known?code=' + encodeURIComponent(typed)).then(function (found) {
        if (typed !== last) return;
        words.classList.add(found.wrong ? 'wrong' : 'good');
        words.textContent = found.wrong || (found.cases ? '来过：' + found.name + '，' + found.cases + ' 份档案。' +
          (found.held.length ? '不用再交：' + found.held.join('、') : '') : '校验对了，第一次来。');
        if (found.name && !name.value) name.value = found.name;
      }).catch(function () { /* it is checked again when the form is sent */ });
    });
  }

  /* ---- licences while typing ---- */
  var box = document.querySelector('[data-items]');
  var shown = document.querySelector('[data-suggested]');
  if (box && shown) {
    var chosen = 0, asked = null, wanted = false, clock = null;
    box.setAttribute('role', 'combobox');
    box.setAttribute('aria-autocomplete', 'list');
    box.setAttribute('aria-expanded', 'false');

    var part = function () { return /[^；;，,\s]*$/.exec(box.value)[0]; };
    var hide = function () {
      shown.hidden = true;
      shown.textContent = '';
      box.setAttribute('aria-expanded', 'false');
    };
    var mark = function (to) {
      var lines = all('div', shown);
      chosen = Math.max(0, Math.min(lines.length - 1, to));
      lines.forEach(function (line, n) {
        line.classList.toggle('at', n === chosen);
        line.setAttribute('aria-selected', n === chosen ? 'true' : 'false');
      });
    };
    var take = function (line) {
      box.value = box.value.slice(0, box.value.length - part().length) + line.getAttribute('data-full') + '；';
      asked = '';
      wanted = false;
      hide();
      box.focus();
    };
    var look = function () {
      var typed = part();
      if (typed === asked) return;
      asked = typed;
      if (!typed) { hide(); return; }
      told('/staff/intake/items?q=' + encodeURIComponent(typed)).then(function (found) {
        if (typed !== asked) return;
        hide();
        found.forEach(function (one) {
          var line = document.createElement('div');
          line.setAttribute('role', 'option');
          line.setAttribute('data-full', one.name);
          line.textContent = one.name;
          var note = document.createElement('small');
          note.textContent = one.note;
          line.appendChild(note);
          shown.appendChild(line);
        });
        shown.hidden = !found.length;
        box.setAttribute('aria-expanded', found.length ? 'true' : 'false');
        mark(0);
        if (wanted && found.length) take(shown.firstChild);
        wanted = false;
      }).catch(hide);
    };
    box.addEventListener('input', function () {
      clearTimeout(clock);
      clock = setTimeout(look, 80);
    });
    box.addEventListener('keydown', function (event) {
      if (event.isComposing || event.keyCode === 229 || event.altKey) return;
      if (!shown.hidden && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
        event.preventDefault();
        mark(chosen + (event.key === 'ArrowDown' ? 1 : -1));
      } else if (event.key === 'Escape' && !shown.hidden) {
        event.stopPropagation();
        hide();
      } else if (event.key === 'Enter' && part()) {
        event.preventDefault();
        clearTimeout(clock);
        if (!shown.hidden && asked === part()) take(all('div', shown)[chosen]);
        else { wanted = true; look(); }
      }
    });
    shown.addEventListener('mousedown', function (event) {
      var line = event.target.closest('[data-full]');
      if (!line) return;
      event.preventDefault();
      take(line);
    });
    box.addEventListener('blur', hide);
  }
})();
/* ==== end of cases ==== */
