// Loads a waiting page again after [data-look-again] seconds, a little apart so that not everyone knocks at once.
const element = document.querySelector("[data-look-again]");
if (element) setTimeout(() => location.reload(), Number(element.dataset.lookAgain) * 1000 + Math.random() * 4000);
