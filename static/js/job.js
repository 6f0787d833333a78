// A file under the making: the page is asked again every two seconds, and its part about the job replaced.
const look = async () => {
  const job = document.getElementById("job");
  if (!job || job.dataset.state !== "under_way") return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "error" });
    const page = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page && page.getElementById("job");
    if (now && now.innerHTML !== job.innerHTML) {
      job.dataset.state = now.dataset.state;
      job.replaceChildren(...now.childNodes);
    }
  } catch { /* no line for a moment: the next look tells */ }
  setTimeout(look, 2000);
};
setTimeout(look, 1000);
